package io.conntracksync.e2e.bed;

import java.time.Duration;
import java.time.Instant;

/** How a migration ended. Times are by the machine's clock. */
public sealed interface MigrationResult {
  /** When it was asked for. */
  Instant start();

  /** When libvirt had answered. */
  Instant end();

  /** Throws, with libvirt's reason, when it failed. */
  Completed orThrow();

  /**
   * The guest runs on the target.
   *
   * @param suspended the source's event: the guest had stopped there
   * @param resumed the target's event: the guest runs there
   * @param downtime between the two as libvirt measured it; with post-copy, as its events tell it
   */
  record Completed(
      Instant start, Instant suspended, Instant resumed, Instant end, Duration downtime)
      implements MigrationResult {
    @Override
    public Completed orThrow() {
      return this;
    }
  }

  /** The guest is still on the source, or lost; {@code reason} is what libvirt said. */
  record Failed(Instant start, Instant end, String reason) implements MigrationResult {
    @Override
    public Completed orThrow() {
      throw new IllegalStateException("the migration failed: " + reason);
    }
  }
}
