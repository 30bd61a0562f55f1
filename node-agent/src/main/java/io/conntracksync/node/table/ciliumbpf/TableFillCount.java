package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.linux.BpfMap;
import io.conntracksync.node.linux.BpfWalk;
import io.conntracksync.node.linux.MonotonicClock;
import io.conntracksync.node.linux.SystemCallException;
import io.conntracksync.node.linux.WalkRoom;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFill;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Counts the entries of all maps. A map does not know how many it has, so all are read: not more
 * often than once a minute, however often it is asked.
 */
final class TableFillCount {
  private static final long SECONDS_VALID = 60;

  private final Path folder;
  private final WalkRoom room = new WalkRoom(MapScan.ENTRIES_AT_A_TIME);
  private Optional<TableFill> counted = Optional.empty();
  private long countedAt;

  TableFillCount(Path folder) {
    this.folder = folder;
  }

  synchronized TableFill get() throws TableException {
    try {
      long now = MonotonicClock.seconds();
      if (counted.isEmpty() || now - countedAt >= SECONDS_VALID) {
        counted = Optional.of(count());
        countedAt = now;
      }
      return counted.get();
    } catch (SystemCallException e) {
      throw MapFailure.of(e);
    }
  }

  private TableFill count() throws TableException, SystemCallException {
    long entries = 0;
    long capacity = 0;
    try (PinnedMaps maps = new PinnedMaps(folder)) {
      for (BpfMap map : CtMap.findAll(maps).values()) {
        capacity += map.info().maxEntries();
        BpfWalk walk = map.walk(room);
        while (walk.next()) {
          entries += walk.count();
        }
      }
    }
    return new TableFill(entries, capacity);
  }
}
