package io.conntracksync.operator.sync;

import io.conntracksync.api.v1alpha1.Phase;

/** What the phases of the API have in common. */
public final class Phases {
  private Phases() {}

  /** Whether nothing comes after it. */
  public static boolean isEnd(Phase phase) {
    return switch (phase) {
      case COMPLETED, FAILED, CANCELLED, EXPIRED, SKIPPED -> true;
      // A newer operator wrote it: whoever does not know it must not touch it.
      case UNRECOGNISED -> true;
      case PENDING, ASSIGNED, SYNCING, IMPORTED -> false;
    };
  }

  /** As the API spells it. */
  static String text(Phase phase) {
    return switch (phase) {
      case PENDING -> "Pending";
      case ASSIGNED -> "Assigned";
      case SYNCING -> "Syncing";
      case IMPORTED -> "Imported";
      case COMPLETED -> "Completed";
      case FAILED -> "Failed";
      case CANCELLED -> "Cancelled";
      case EXPIRED -> "Expired";
      case SKIPPED -> "Skipped";
      case UNRECOGNISED -> "Unrecognised";
    };
  }
}
