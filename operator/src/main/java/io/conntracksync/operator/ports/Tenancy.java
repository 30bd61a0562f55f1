package io.conntracksync.operator.ports;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A sync that has or had a port of a node.
 *
 * @param holder uid of the sync
 * @param freed when its sync ended; empty while it is under way
 */
public record Tenancy(String holder, int port, Optional<Instant> freed) {
  public Tenancy {
    Objects.requireNonNull(holder, "holder");
    Objects.requireNonNull(freed, "freed");
  }

  /** Still in use. */
  public static Tenancy current(String holder, int port) {
    return new Tenancy(holder, port, Optional.empty());
  }

  /** Over since {@code freed}. */
  public static Tenancy over(String holder, int port, Instant freed) {
    return new Tenancy(holder, port, Optional.of(freed));
  }
}
