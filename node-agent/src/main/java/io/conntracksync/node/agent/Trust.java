package io.conntracksync.node.agent;

import io.conntracksync.node.kube.NodeCertificates;
import io.conntracksync.node.transfer.AgentKey;
import io.conntracksync.node.transfer.Fingerprint;
import io.conntracksync.node.transfer.PeerKeys;
import io.conntracksync.node.transfer.TlsTransport;
import io.conntracksync.node.transfer.Transport;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/** This agent's key, and what the others have published of theirs. */
record Trust(AgentKey key, NodeCertificates nodes) {
  /** To the agents of other nodes. */
  Transport transport(ScheduledExecutorService watchdog) {
    return transport(new PublishedKeys(nodes), watchdog);
  }

  /** From this agent to itself, whatever node is named: for rehearsals. */
  Transport toItself(ScheduledExecutorService watchdog) {
    return transport(new OwnKeyOnly(key.fingerprint()), watchdog);
  }

  private Transport transport(PeerKeys peers, ScheduledExecutorService watchdog) {
    return new TlsTransport(key, peers, watchdog, TlsTransport.Patience.DEFAULTS);
  }

  private record OwnKeyOnly(Fingerprint fingerprint) implements PeerKeys {
    @Override
    public Optional<Fingerprint> of(String node) {
      return Optional.of(fingerprint);
    }

    @Override
    public Optional<String> ownerOf(Fingerprint shown) {
      return Optional.empty();
    }
  }
}
