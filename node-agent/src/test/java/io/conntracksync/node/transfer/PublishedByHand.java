package io.conntracksync.node.transfer;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;

/** What would stand in the ConntrackNodes, in memory. */
public class PublishedByHand implements PeerKeys {
  private final Map<String, Fingerprint> keys = new ConcurrentHashMap<>();

  public void publish(String node, AgentKey key) {
    keys.put(node, key.fingerprint());
  }

  public void withdraw(String node) {
    keys.remove(node);
  }

  @Override
  public Optional<Fingerprint> of(String node) {
    return Optional.ofNullable(keys.get(node));
  }

  @Override
  public Optional<String> ownerOf(Fingerprint fingerprint) {
    return keys.entrySet().stream()
        .filter(entry -> entry.getValue().equals(fingerprint))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  public static AgentKey newKey() {
    return AgentKey.create(Clock.systemUTC());
  }

  /** The transport of an agent that has this key and reads these. */
  public Transport transport(AgentKey key, ScheduledExecutorService watchdog, Duration patience) {
    return new TlsTransport(key, this, watchdog, new TlsTransport.Patience(patience, patience));
  }

  /** For both ends of a test that is not about keys: whatever the nodes, there is one key. */
  public static Transport loopback(ScheduledExecutorService watchdog, Duration patience) {
    AgentKey key = newKey();
    PublishedByHand always =
        new PublishedByHand() {
          @Override
          public Optional<Fingerprint> of(String node) {
            return Optional.of(key.fingerprint());
          }
        };
    return always.transport(key, watchdog, patience);
  }
}
