package io.conntracksync.operator.kubevirt;

import java.util.Objects;

/** What a migration looks like from outside. */
public sealed interface MigrationSight {
  /** KubeVirt cannot be read now: nothing is known, nothing may be concluded. */
  record Unknown() implements MigrationSight {}

  /** Under way, or not begun. */
  record Running() implements MigrationSight {}

  /** The VM runs on the target. */
  record Succeeded() implements MigrationSight {}

  /** The VM runs on the source; {@code why} are KubeVirt's words, may be empty. */
  record Failed(String why) implements MigrationSight {
    public Failed {
      Objects.requireNonNull(why, "why");
    }
  }

  /** Called off; the VM runs on the source. */
  record Aborted() implements MigrationSight {}

  /** The migration's object is gone and left no end behind. */
  record Gone() implements MigrationSight {}

  /** The VM is gone. */
  record InstanceGone() implements MigrationSight {}
}
