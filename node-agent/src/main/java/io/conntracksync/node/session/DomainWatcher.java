package io.conntracksync.node.session;

/**
 * Is told what libvirt says of the domains on this node: the node's own of all, that of a launcher
 * pod of the pod's. After a time in which it was not heard, what has changed meanwhile is told
 * first. One thread for each libvirt calls; must return at once.
 */
@FunctionalInterface
public interface DomainWatcher {
  void changed(String domain, DomainChange change);
}
