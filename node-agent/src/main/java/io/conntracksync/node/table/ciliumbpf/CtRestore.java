package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.linux.BpfMap;
import io.conntracksync.node.linux.SystemCallException;
import io.conntracksync.node.table.Former;
import io.conntracksync.node.table.Restoration;
import io.conntracksync.node.table.TableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes entries what they were before others were written over them. The kernel compares nothing
 * when it is given a value: what packets change between the look and the write is lost, for which
 * there is a moment of microseconds.
 *
 * <p>A former entry that this node has no terms for any more stays as it was written: its service
 * or backend is gone, or could not be named in the first place.
 */
final class CtRestore {
  private static final Logger LOG = LoggerFactory.getLogger(CtRestore.class);

  private final Map<CtMap, BpfMap> maps;
  private final CiliumNode node;
  private final int now;
  private final IdLookup ids;

  /** The time is in units of the node's clock. */
  CtRestore(Map<CtMap, BpfMap> maps, CiliumNode node, int now, IdLookup ids) {
    this.maps = maps;
    this.node = node;
    this.now = now;
    this.ids = ids;
  }

  /** A restoration whose bytes are understood. */
  private record Wanted(
      CtKey key, Carried former, Duration age, Carried written, Duration writtenAge) {
    CtValue formerValue(CtLocal local) throws RefusedEntryException, TableException {
      return local.value(key, former, left(former.leftMillis(), age));
    }

    CtValue writtenValue(CtLocal local) throws RefusedEntryException, TableException {
      return local.value(key, written, left(CtImport.leftMillis(written), writtenAge));
    }

    private static long left(long millis, Duration age) {
      return millis - Math.max(0, age.toMillis());
    }
  }

  /** Returns how many were changed or taken out. */
  int restore(Collection<Restoration> restorations) throws TableException {
    List<Wanted> wanted = new ArrayList<>();
    for (Restoration restoration : restorations) {
      try {
        decode(restoration).ifPresent(wanted::add);
      } catch (RefusedEntryException e) {
        complain(e);
      }
    }
    List<Carried> all =
        wanted.stream().flatMap(each -> Stream.of(each.former(), each.written())).toList();
    CtLocal local = CtLocal.of(node, now, ids, all);
    int restored = 0;
    for (Wanted each : wanted) {
      try {
        restored += wasRestored(each, local) ? 1 : 0;
      } catch (RefusedEntryException e) {
        complain(e);
      } catch (SystemCallException e) {
        throw MapFailure.of(e);
      }
    }
    return restored;
  }

  /**
   * Empty when it is not known what was written, so that nothing can be told from it. This table
   * takes nothing out to make room, so there is nothing else to put back.
   */
  private static Optional<Wanted> decode(Restoration restoration) throws RefusedEntryException {
    Former former = restoration.former();
    if (restoration.written().isEmpty() || former.fate() != Former.Fate.UPDATED) {
      return Optional.empty();
    }
    Restoration.Written written = restoration.written().get();
    CtKey key = CtKey.decode(former.key());
    return Optional.of(
        new Wanted(
            key,
            CarriedCodec.decode(key, former.entry().value()),
            restoration.age(),
            CarriedCodec.decode(key, written.entry().value()),
            written.age()));
  }

  private boolean wasRestored(Wanted wanted, CtLocal local)
      throws RefusedEntryException, SystemCallException, TableException {
    BpfMap map = maps.get(CtMap.of(wanted.key()));
    if (map == null) {
      return false;
    }
    byte[] key = wanted.key().encode().bytes();
    Optional<byte[]> found = map.lookup(key);
    if (found.isEmpty()) {
      // It has ended by itself, or made room for another.
      return false;
    }
    CtValue present = CtValue.decode(found.get());
    Optional<CtValue> result =
        new CtReversion(node, wanted.formerValue(local), wanted.writtenValue(local), present, now)
            .result();
    if (result.isEmpty()) {
      return map.remove(key);
    }
    return !result.get().equals(present) && map.putIfPresent(key, result.get().encode());
  }

  private static void complain(RefusedEntryException cause) {
    LOG.atWarn()
        .addKeyValue("cause", cause.getMessage())
        .log("a former entry of cilium's could not be given back");
  }
}
