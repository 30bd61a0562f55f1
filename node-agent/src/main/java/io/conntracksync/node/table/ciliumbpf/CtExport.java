package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.TableException;
import java.util.Optional;

/**
 * Turns entries of this node's maps into what travels. Nothing is held back that the target could
 * count as refused; left out are only entries that are over.
 */
final class CtExport {
  private final CiliumNode node;
  private final int now;
  private final IdNames names;

  /** The time is in units of the node's clock. */
  CtExport(CiliumNode node, int now, IdNames names) {
    this.node = node;
    this.now = now;
    this.names = names;
  }

  Optional<Entry> export(CtKey key, CtValue value) throws TableException {
    long left = node.clock().leftMillis(value.lifetime(), now);
    // Closed on both sides: packets no longer renew it.
    boolean closed = (value.flags() & CtFlags.CLOSED) == CtFlags.CLOSED;
    if (left < 0 || closed) {
      return Optional.empty();
    }
    Optional<NatAddress> nat = nat(key, value);
    int flags = value.flags() & CtFlags.CARRIED & (nat.isEmpty() ? ~CtFlags.DSR : ~0);
    return Optional.of(
        CarriedCodec.encode(
            key,
            new Carried(
                Math.min(left, Carried.MOST_MILLIS),
                flags,
                value.transmitted(),
                value.received(),
                Identity.of(value.identity()),
                meaning(key, value),
                nat)));
  }

  private Optional<NatAddress> nat(CtKey key, CtValue value) {
    if (!node.generation().holdsNat() || !key.isOut() || value.extra() == 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(NatAddress.of(value, key.family()));
    } catch (RefusedEntryException e) {
      return Optional.empty();
    }
  }

  private Meaning meaning(CtKey key, CtValue value) throws TableException {
    Optional<ServiceName> service = Optional.empty();
    if (value.revNat() != 0) {
      service = names.service(key.family(), value.revNat(), key.protocol());
    }
    if (!key.isService()) {
      return value.revNat() != 0 && service.isEmpty()
          ? Meaning.LOST
          : new Meaning(service, Optional.empty(), Meaning.Names.COMPLETE);
    }
    Optional<BackendName> backend = names.backend(key.family(), (int) value.second());
    return service.isEmpty() || backend.isEmpty()
        ? Meaning.LOST
        : new Meaning(service, backend, Meaning.Names.COMPLETE);
  }
}
