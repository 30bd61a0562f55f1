package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Says what travelled in the terms of this node: with its ids, its clock and its layout. */
final class CtLocal {
  private final CiliumNode node;
  private final int now;
  private final IdLookup ids;
  private final Map<BackendName, Integer> backends;

  private CtLocal(CiliumNode node, int now, IdLookup ids, Map<BackendName, Integer> backends) {
    this.node = node;
    this.now = now;
    this.ids = ids;
    this.backends = backends;
  }

  /** For these entries alone: their backends are looked up now, all at once. */
  static CtLocal of(CiliumNode node, int now, IdLookup ids, Collection<Carried> entries)
      throws TableException {
    Set<BackendName> names = new HashSet<>();
    entries.forEach(carried -> carried.meaning().backend().ifPresent(names::add));
    return new CtLocal(node, now, ids, ids.backends(names));
  }

  /**
   * The value that is to lie under the key and lives for that long, which may be less than nothing.
   * Refuses what this node has no terms for.
   */
  CtValue value(CtKey key, Carried carried, long leftMillis)
      throws RefusedEntryException, TableException {
    if (carried.meaning().names() == Meaning.Names.LOST) {
      throw new RefusedEntryException(RefusalReason.SERVICE_UNKNOWN, "unknown where it was read");
    }
    if (carried.nat().isPresent() && !node.generation().holdsNat()) {
      throw new RefusedEntryException(
          RefusalReason.UNSUPPORTED, "this Cilium keeps such addresses elsewhere");
    }
    int revNat = revNat(carried.meaning());
    long backend = backend(carried.meaning());
    Optional<NatAddress> nat = carried.nat();
    return new CtValue(
        nat.map(NatAddress::first).orElse(0L),
        nat.map(NatAddress::second).orElse(backend),
        0,
        0,
        node.clock().lifetime(leftMillis, now),
        carried.flags(),
        revNat,
        nat.map(NatAddress::port).orElse(0),
        carried.transmitted(),
        carried.received(),
        identity(key, carried.identity()),
        // A report in the future would mute the tracing of the flow.
        0,
        0);
  }

  private int revNat(Meaning meaning) throws RefusedEntryException, TableException {
    if (meaning.service().isEmpty()) {
      return 0;
    }
    Optional<IdLookup.LocalService> service = ids.service(meaning.service().get());
    if (service.isEmpty()) {
      throw new RefusedEntryException(RefusalReason.SERVICE_UNKNOWN, "no such service here");
    }
    if (service.get().delivery() == IdLookup.Delivery.PROXY) {
      throw new RefusedEntryException(RefusalReason.PROXIED, "the service goes to a proxy here");
    }
    return service.get().revNat();
  }

  private long backend(Meaning meaning) throws RefusedEntryException {
    if (meaning.backend().isEmpty()) {
      return 0;
    }
    Integer id = backends.get(meaning.backend().get());
    if (id == null) {
      throw new RefusedEntryException(RefusalReason.SERVICE_UNKNOWN, "no such backend here");
    }
    return Integer.toUnsignedLong(id);
  }

  private int identity(CtKey key, Identity identity) throws TableException {
    return identity.scope() == Identity.Scope.CLUSTER
        ? identity.number()
        : ids.identity(key.ends().initiator()).orElse(Identity.WORLD);
  }
}
