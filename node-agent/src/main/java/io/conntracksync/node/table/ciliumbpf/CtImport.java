package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.table.Admission;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableException;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Turns what travelled into entries of this node's maps, with this node's ids and clock. */
final class CtImport {
  /** Until the VM's first packet here, nothing may collect an entry that was alive there. */
  private static final long LEAST_MILLIS = 30_000;

  private final CiliumNode node;
  private final int now;
  private final IdLookup ids;
  private final Admission admission;
  private final Tally tally;

  /** An entry that may be written, but for its ids. */
  private record Candidate(CtKey key, Carried carried) {}

  /** An entry as it is to lie in its map. */
  record Write(CtKey key, CtValue value) {}

  /** The time is in units of the node's clock. */
  CtImport(CiliumNode node, int now, IdLookup ids, Admission admission, Tally tally) {
    this.node = node;
    this.now = now;
    this.ids = ids;
    this.admission = admission;
    this.tally = tally;
  }

  /** What to write; what is refused stands in the tally. Of two entries of one key the later. */
  Map<EntryKey, Write> plan(Collection<Entry> entries) throws TableException {
    Map<EntryKey, Candidate> candidates = new LinkedHashMap<>();
    for (Entry entry : entries) {
      try {
        candidates.put(entry.key(), candidate(entry));
      } catch (RefusedEntryException e) {
        tally.refused(e.reason());
      }
    }
    Map<BackendName, Integer> backends = ids.backends(backendsOf(candidates.values()));
    Map<EntryKey, Write> writes = new LinkedHashMap<>();
    for (Map.Entry<EntryKey, Candidate> each : candidates.entrySet()) {
      try {
        writes.put(each.getKey(), write(each.getValue(), backends));
      } catch (RefusedEntryException e) {
        tally.refused(e.reason());
      }
    }
    return writes;
  }

  private Candidate candidate(Entry entry) throws RefusedEntryException {
    CtKey key = CtKey.decode(entry.key());
    Carried carried = CarriedCodec.decode(key, entry.value());
    Optional<RefusalReason> refusal = admission.refusal(key.ends());
    if (refusal.isPresent()) {
      throw new RefusedEntryException(refusal.get(), "not admitted");
    }
    if (carried.isProxied()) {
      throw new RefusedEntryException(RefusalReason.PROXIED, "ends in the source node's proxy");
    }
    if (carried.meaning().names() == Meaning.Names.LOST) {
      throw new RefusedEntryException(RefusalReason.SERVICE_UNKNOWN, "unknown to the source");
    }
    if (carried.nat().isPresent() && !node.generation().holdsNat()) {
      throw new RefusedEntryException(
          RefusalReason.UNSUPPORTED, "this Cilium keeps such addresses elsewhere");
    }
    return new Candidate(key, carried);
  }

  private static Set<BackendName> backendsOf(Collection<Candidate> candidates) {
    Set<BackendName> names = new HashSet<>();
    candidates.forEach(candidate -> candidate.carried().meaning().backend().ifPresent(names::add));
    return names;
  }

  private Write write(Candidate candidate, Map<BackendName, Integer> backends)
      throws RefusedEntryException, TableException {
    Carried carried = candidate.carried();
    int revNat = revNat(carried.meaning());
    long backend = backend(carried.meaning(), backends);
    Optional<NatAddress> nat = carried.nat();
    return new Write(
        candidate.key(),
        new CtValue(
            nat.map(NatAddress::first).orElse(0L),
            nat.map(NatAddress::second).orElse(backend),
            0,
            0,
            node.clock().lifetime(leftMillis(carried), now),
            carried.flags(),
            revNat,
            nat.map(NatAddress::port).orElse(0),
            carried.transmitted(),
            carried.received(),
            identity(candidate),
            // A report in the future would mute the tracing of the flow.
            0,
            0));
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

  private static long backend(Meaning meaning, Map<BackendName, Integer> backends)
      throws RefusedEntryException {
    if (meaning.backend().isEmpty()) {
      return 0;
    }
    Integer id = backends.get(meaning.backend().get());
    if (id == null) {
      throw new RefusedEntryException(RefusalReason.SERVICE_UNKNOWN, "no such backend here");
    }
    return Integer.toUnsignedLong(id);
  }

  private int identity(Candidate candidate) throws TableException {
    Identity identity = candidate.carried().identity();
    return identity.scope() == Identity.Scope.CLUSTER
        ? identity.number()
        : ids.identity(candidate.key().ends().initiator()).orElse(Identity.WORLD);
  }

  private static long leftMillis(Carried carried) {
    boolean lives =
        (carried.flags() & CtFlags.SEEN_NON_SYN) != 0 && (carried.flags() & CtFlags.CLOSED) == 0;
    return lives ? Math.max(carried.leftMillis(), LEAST_MILLIS) : carried.leftMillis();
  }
}
