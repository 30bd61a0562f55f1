package io.conntracksync.node.session;

import io.conntracksync.node.table.TableFormat;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What one side of a sync says of itself before any entry travels. */
public record Greeting(String syncUid, TableFormat format, Set<InetAddress> addresses) {
  public Greeting {
    Objects.requireNonNull(syncUid, "syncUid");
    Objects.requireNonNull(format, "format");
    addresses = Set.copyOf(addresses);
  }

  /**
   * What we have against a peer that says this. The text names both sides once the peer has shown
   * that it knows the sync; to a stranger it tells nothing that it has not said itself.
   */
  Optional<PeerRefusal> objectionTo(Greeting peer) {
    if (!syncUid.equals(peer.syncUid)) {
      return refusal(
          PeerRefusal.Cause.OTHER_SYNC,
          "the peer speaks of sync %s, this port is for another".formatted(peer.syncUid));
    }
    if (!format.equals(peer.format)) {
      return refusal(
          PeerRefusal.Cause.FORMATS_DIFFER,
          "the peer's table is %s, this side's %s; run the same backend and version on both nodes"
              .formatted(peer.format, format));
    }
    if (!addresses.equals(peer.addresses)) {
      return refusal(
          PeerRefusal.Cause.OTHER_SYNC,
          "the peer speaks of the addresses %s, this side of %s"
              .formatted(text(peer.addresses), text(addresses)));
    }
    return Optional.empty();
  }

  private static Optional<PeerRefusal> refusal(PeerRefusal.Cause cause, String text) {
    return Optional.of(new PeerRefusal(cause, text));
  }

  private static String text(Set<InetAddress> addresses) {
    return addresses.stream()
        .map(InetAddress::getHostAddress)
        .sorted()
        .collect(Collectors.joining(" "));
  }
}
