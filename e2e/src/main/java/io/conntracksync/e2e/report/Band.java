package io.conntracksync.e2e.report;

import java.time.Instant;

/** A time of a migration, in epoch milliseconds; both ends are the same for a moment. */
public record Band(BandKind kind, long fromMillis, long toMillis) {
  public Band {
    if (toMillis < fromMillis) {
      throw new IllegalArgumentException(
          kind + " cannot end (" + toMillis + ") before it begins (" + fromMillis + ")");
    }
  }

  public static Band between(BandKind kind, Instant from, Instant to) {
    return new Band(kind, from.toEpochMilli(), to.toEpochMilli());
  }

  public static Band at(BandKind kind, Instant moment) {
    return between(kind, moment, moment);
  }
}
