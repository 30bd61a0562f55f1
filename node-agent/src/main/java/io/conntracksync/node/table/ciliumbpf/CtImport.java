package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.table.Admission;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

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
    CtLocal local =
        CtLocal.of(node, now, ids, candidates.values().stream().map(Candidate::carried).toList());
    Map<EntryKey, Write> writes = new LinkedHashMap<>();
    for (Map.Entry<EntryKey, Candidate> each : candidates.entrySet()) {
      try {
        Carried carried = each.getValue().carried();
        CtKey key = each.getValue().key();
        writes.put(each.getKey(), new Write(key, local.value(key, carried, leftMillis(carried))));
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
    return new Candidate(key, carried);
  }

  /** How long it is to live here when it arrives. */
  static long leftMillis(Carried carried) {
    boolean lives =
        (carried.flags() & CtFlags.SEEN_NON_SYN) != 0 && (carried.flags() & CtFlags.CLOSED) == 0;
    return lives ? Math.max(carried.leftMillis(), LEAST_MILLIS) : carried.leftMillis();
  }
}
