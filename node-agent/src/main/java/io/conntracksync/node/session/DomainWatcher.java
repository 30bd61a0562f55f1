package io.conntracksync.node.session;

/**
 * Is told what this node's libvirt says of its domains, all of them. After a time in which libvirt
 * was not heard, what has changed meanwhile is told first. One thread calls; must return at once.
 */
@FunctionalInterface
public interface DomainWatcher {
  void changed(String domain, DomainChange change);
}
