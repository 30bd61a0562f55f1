package io.conntracksync.node.table.ciliumapi;

import java.util.Optional;

/**
 * What a record is to become that was written over, field by field: one that still has what was
 * written gets its former value back; one that has not was changed by packets since then and stays.
 * Pure.
 *
 * @param former as it was, with what would be left of its time now; not positive when it would be
 *     gone
 * @param written what was written, with what would be left of that now
 * @param present as it is
 * @param grainMillis how far off times may be: of the clock's unit, and of the time a look takes
 */
record RecordReversion(
    CarriedRecord former, CarriedRecord written, CarriedRecord present, long grainMillis) {
  /** What the record is to be; empty when it would have ended by itself. */
  Optional<CarriedRecord> result() {
    CarriedRecord reverted =
        new CarriedRecord(
            present.key(),
            present.backend() == written.backend() ? former.backend() : present.backend(),
            present.millisLeft(),
            bits(former.bits(), written.bits(), present.bits()),
            // The written one was another node's id: nobody can tell it from a change.
            former.revNat(),
            bits(former.txFlags(), written.txFlags(), present.txFlags()),
            bits(former.rxFlags(), written.rxFlags(), present.rxFlags()),
            present.identity() == written.identity() ? former.identity() : present.identity());
    if (wasUsed() || !reverted.withMillis(former.millisLeft()).equals(former)) {
      return Optional.of(reverted);
    }
    if (former.millisLeft() <= 0) {
      return Optional.empty();
    }
    boolean isSameTime = Math.abs(former.millisLeft() - present.millisLeft()) <= grainMillis;
    return Optional.of(isSameTime ? reverted : former);
  }

  /** Whether packets kept the entry alive since it was written. */
  private boolean wasUsed() {
    return present.millisLeft() > written.millisLeft() + grainMillis;
  }

  /** An import writes all bits, so whatever differs from it was set or cleared by packets. */
  private static int bits(int former, int written, int present) {
    int set = present & ~written;
    int cleared = written & ~present;
    return (former | set) & ~cleared;
  }
}
