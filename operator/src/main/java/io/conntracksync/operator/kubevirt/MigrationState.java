package io.conntracksync.operator.kubevirt;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * The migration that the VM was in last; that of an earlier one stays until the next hand-over, so
 * {@code migrationUid} says whose it is. {@code endTimestamp} is text: only its presence counts.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record MigrationState(
    String migrationUid,
    String sourceNode,
    String sourcePod,
    String targetNode,
    String targetPod,
    String endTimestamp,
    Boolean completed,
    Boolean failed,
    String failureReason,
    Boolean abortRequested,
    String abortStatus) {

  /** The VM was told to go on, wherever it is now. */
  public boolean isOver() {
    return endTimestamp != null || isCompleted() || isFailed();
  }

  boolean isCompleted() {
    return Boolean.TRUE.equals(completed);
  }

  boolean isFailed() {
    return Boolean.TRUE.equals(failed);
  }

  /** A request alone may lose the race against success; it counts only for a failed migration. */
  boolean isAborted() {
    return isFailed() && (Boolean.TRUE.equals(abortRequested) || "Succeeded".equals(abortStatus));
  }
}
