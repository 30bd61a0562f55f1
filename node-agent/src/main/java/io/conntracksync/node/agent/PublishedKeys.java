package io.conntracksync.node.agent;

import io.conntracksync.node.kube.NodeCertificates;
import io.conntracksync.node.transfer.Fingerprint;
import io.conntracksync.node.transfer.PeerKeys;
import java.util.Optional;

/** The keys of the other agents, as they have published them. */
record PublishedKeys(NodeCertificates nodes) implements PeerKeys {
  @Override
  public Optional<Fingerprint> of(String node) {
    return nodes.of(node).flatMap(Fingerprint::parse);
  }

  @Override
  public Optional<String> ownerOf(Fingerprint fingerprint) {
    return nodes.ownerOf(fingerprint.text());
  }
}
