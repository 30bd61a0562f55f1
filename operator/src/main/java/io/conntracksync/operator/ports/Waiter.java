package io.conntracksync.operator.ports;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;

/** A sync that has no port yet. The natural order is the order of service: the oldest first. */
public record Waiter(Instant created, String uid) implements Comparable<Waiter> {
  // Creation times are whole seconds; the uid makes the order total and the same for everyone.
  private static final Comparator<Waiter> SERVICE =
      Comparator.comparing(Waiter::created).thenComparing(Waiter::uid);

  public Waiter {
    Objects.requireNonNull(created, "created");
    Objects.requireNonNull(uid, "uid");
  }

  @Override
  public int compareTo(Waiter other) {
    return SERVICE.compare(this, other);
  }
}
