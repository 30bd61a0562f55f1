package io.conntracksync.node.table.ciliumbpf;

import java.util.Optional;

/**
 * What an entry is to become that was written over, field by field: a field that still has what was
 * written gets its former value back; one that has not was changed by packets since then, or by
 * Cilium, and stays. What is not carried was not written, and stays. Pure.
 *
 * @param former as it was, in the terms of now; over when it would have ended by itself
 * @param written what was written, likewise
 * @param present as it is
 * @param now in units of the node's clock
 */
record CtReversion(CiliumNode node, CtValue former, CtValue written, CtValue present, int now) {
  /** Units are of up to 2.56 s, each time is rounded to one, and writing takes a moment. */
  private static final long GRAIN_MILLIS = 3_000;

  /** What the entry is to be; empty when it would have ended by itself. */
  Optional<CtValue> result() {
    boolean untouched = isNear(present, written);
    if (untouched && node.clock().leftMillis(former.lifetime(), now) <= 0) {
      return Optional.empty();
    }
    boolean stands = holdsWhatWasWritten();
    return Optional.of(
        new CtValue(
            stands ? former.first() : present.first(),
            stands ? former.second() : present.second(),
            present.packets(),
            present.bytes(),
            // Not for the sake of rounding: done again, it would change something again.
            untouched && !isNear(present, former) ? former.lifetime() : present.lifetime(),
            flags(),
            present.revNat() == written.revNat() ? former.revNat() : present.revNat(),
            stands && node.generation().holdsNat() ? former.extra() : present.extra(),
            former.transmitted() | (present.transmitted() & ~written.transmitted()),
            former.received() | (present.received() & ~written.received()),
            present.identity() == written.identity() ? former.identity() : present.identity(),
            present.lastTransmitReport(),
            present.lastReceiveReport()));
  }

  /** Together: half an address is none. Where there are counters instead, they have moved on. */
  private boolean holdsWhatWasWritten() {
    return present.first() == written.first()
        && present.second() == written.second()
        && (present.extra() == written.extra() || !node.generation().holdsNat());
  }

  /** Each bit by itself; Cilium clears closing bits when a connection is opened anew. */
  private int flags() {
    int byPackets = present.flags() ^ written.flags();
    int stay = byPackets | CtFlags.ownOf(node.generation());
    return (present.flags() & stay) | (former.flags() & ~stay);
  }

  private boolean isNear(CtValue one, CtValue other) {
    return Math.abs(node.clock().millis(one.lifetime() - other.lifetime())) <= GRAIN_MILLIS;
  }
}
