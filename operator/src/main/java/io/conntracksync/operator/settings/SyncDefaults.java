package io.conntracksync.operator.settings;

import io.conntracksync.api.v1alpha1.FailurePolicy;
import java.time.Duration;
import java.util.Objects;

/** What a sync that the operator makes is given where the VM does not say otherwise. */
public record SyncDefaults(
    Duration hookDeadline,
    Duration switchoverDeadline,
    FailurePolicy failurePolicy,
    Duration timeout,
    Duration ttlAfterFinished) {
  public SyncDefaults {
    Objects.requireNonNull(hookDeadline, "hookDeadline");
    Objects.requireNonNull(switchoverDeadline, "switchoverDeadline");
    Objects.requireNonNull(failurePolicy, "failurePolicy");
    Objects.requireNonNull(timeout, "timeout");
    Objects.requireNonNull(ttlAfterFinished, "ttlAfterFinished");
  }

  /** The defaults of the API itself. */
  public static SyncDefaults ofTheApi() {
    return new SyncDefaults(
        Duration.ofMillis(200),
        Duration.ofMillis(100),
        FailurePolicy.IGNORE,
        Duration.ofMinutes(30),
        Duration.ofHours(1));
  }
}
