package io.conntracksync.operator.migration;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import java.util.Objects;

/** Where syncs are made. */
public interface SyncStore {
  /**
   * Makes it, unless there is one already. That of an earlier migration of the same name makes room
   * once it has ended: what it says is about a migration that nobody waits for any more.
   */
  Creation create(ConntrackSync sync);

  /** What came of it. */
  sealed interface Creation {
    /** It is there now. */
    record Created() implements Creation {}

    /** It was there already, for the same migration. */
    record Existing() implements Creation {}

    /** Another sync has the name: an earlier migration's that has not ended, or a manual one. */
    record NameTaken() implements Creation {}

    /** The API server does not take it, now or later. */
    record Refused(String why) implements Creation {
      public Refused {
        Objects.requireNonNull(why, "why");
      }
    }
  }
}
