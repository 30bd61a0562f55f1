package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.linux.BpfMap;
import io.conntracksync.node.linux.Errno;
import io.conntracksync.node.linux.SystemCallException;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.Former;
import io.conntracksync.node.table.FormerSink;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts planned entries into the maps, one by one: the kernel's batches do not say which were there
 * before, and that is what a rollback rests on.
 *
 * <p>An entry that was over, but not collected yet, counts as not there, as in every snapshot: what
 * takes its place is new. So whoever knows a snapshot from before and the formers that were told
 * knows what was created, even if the writing ends in the middle.
 */
final class CtWriter {
  private static final Logger LOG = LoggerFactory.getLogger(CtWriter.class);

  /** An entry may be collected after it was found, and packets may make it anew. */
  private static final int ATTEMPTS = 3;

  private final Map<CtMap, BpfMap> maps;
  private final Generation generation;
  private final CtExport export;
  private final Tally tally;

  /** The export is that of this node, at this time. */
  CtWriter(Map<CtMap, BpfMap> maps, Generation generation, CtExport export, Tally tally) {
    this.maps = maps;
    this.generation = generation;
    this.export = export;
    this.tally = tally;
  }

  @FunctionalInterface
  private interface Writing {
    void write(BpfMap map, EntryKey key, CtImport.Write wanted)
        throws SystemCallException, TableException;
  }

  /** Creates the entries, or brings those that are there up to date. */
  void apply(Map<EntryKey, CtImport.Write> plan, FormerSink formers) throws TableException {
    each(plan, (map, key, wanted) -> settle(map, key, wanted, formers));
  }

  /** Creates those that are not there in any shape. */
  void add(Map<EntryKey, CtImport.Write> plan) throws TableException {
    each(
        plan,
        (map, key, wanted) -> {
          if (map.putIfAbsent(key.bytes(), wanted.value().encode())) {
            tally.created(key);
          }
        });
  }

  private void each(Map<EntryKey, CtImport.Write> plan, Writing writing) throws TableException {
    for (Map.Entry<EntryKey, CtImport.Write> each : plan.entrySet()) {
      BpfMap map = maps.get(CtMap.of(each.getValue().key()));
      if (map == null) {
        tally.refused(RefusalReason.UNSUPPORTED);
        continue;
      }
      try {
        writing.write(map, each.getKey(), each.getValue());
      } catch (SystemCallException e) {
        refuse(e);
      }
    }
  }

  private void settle(BpfMap map, EntryKey key, CtImport.Write wanted, FormerSink formers)
      throws SystemCallException, TableException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (map.putIfAbsent(key.bytes(), wanted.value().encode())) {
        tally.created(key);
        return;
      }
      Optional<CtValue> present = map.lookup(key.bytes()).map(CtValue::decode);
      if (present.isPresent() && updated(map, key, wanted, present.get(), formers)) {
        return;
      }
    }
    tally.refused(RefusalReason.KERNEL_REFUSED);
  }

  /** False when it is gone meanwhile. */
  private boolean updated(
      BpfMap map, EntryKey key, CtImport.Write wanted, CtValue present, FormerSink formers)
      throws SystemCallException, TableException {
    Optional<Entry> former = export.export(wanted.key(), present);
    if (former.isEmpty()) {
      if (!map.putIfPresent(key.bytes(), wanted.value().encode())) {
        return false;
      }
      tally.created(key);
      return true;
    }
    if (!Belonging.areOfOne(wanted.key(), present, wanted.value(), generation)) {
      tally.refused(RefusalReason.TUPLE_TAKEN);
      return true;
    }
    // Before it is touched: whoever is killed in between must find it written down.
    formers.accept(new Former(former.get(), Former.Fate.UPDATED));
    if (!map.putIfPresent(key.bytes(), wanted.value().over(present, generation).encode())) {
      return false;
    }
    tally.updated(key);
    return true;
  }

  private void refuse(SystemCallException cause) throws TableException {
    if (Errno.EPERM.is(cause.errno())) {
      throw MapFailure.of(cause);
    }
    if (Errno.ENOMEM.is(cause.errno())) {
      // Every place is being freed or taken on some CPU: as good as full.
      tally.refused(RefusalReason.TABLE_FULL);
    } else {
      tally.refused(RefusalReason.KERNEL_REFUSED);
      LOG.atWarn().setCause(cause).log("the kernel refused an entry of cilium's");
    }
  }
}
