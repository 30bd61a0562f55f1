package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFault;

/**
 * Whether the entries of a node fit the clock that it is thought to have: under the other one
 * nearly all would end far in the past or in the future. A node's collection of dead entries may
 * lag by half a day.
 */
final class ClockCheck {
  private static final long LONGEST_DEAD_MILLIS = 13 * 3600 * 1000L;
  private static final long LONGEST_LIFE_MILLIS = 48 * 3600 * 1000L;

  /** Fewer say nothing. */
  private static final long LEAST_ENTRIES = 64;

  private final ClockSource clock;
  private final int now;
  private final int oldest;
  private final int newest;
  private long entries;
  private long odd;

  ClockCheck(ClockSource clock, int now) {
    this.clock = clock;
    this.now = now;
    this.oldest = (int) -clock.units(LONGEST_DEAD_MILLIS);
    this.newest = (int) clock.units(LONGEST_LIFE_MILLIS);
  }

  void look(int lifetime) {
    int left = lifetime - now;
    entries++;
    if (left < oldest || left > newest) {
      odd++;
    }
  }

  /** Throws when most of what was looked at cannot be. */
  void conclude() throws TableException {
    if (entries >= LEAST_ENTRIES && 2 * odd > entries) {
      throw new TableException(
          TableFault.CLOCK_MISMATCH,
          "%d of %d entries ended half a day ago or end in more than two days, if Cilium counts in %s;"
                  .formatted(odd, entries, clock)
              + " restart its agent on this node, so that it says which clock it uses");
    }
  }
}
