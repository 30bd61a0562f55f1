package io.conntracksync.node.session;

import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableFault;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * What can happen to a target session. An opening is one try to listen, a connection one accepted
 * source; events of earlier ones are late.
 */
sealed interface TargetEvent {
  record Opened(int opening) implements TargetEvent {}

  /** Another process has the port. */
  record PortTaken(int opening, String cause) implements TargetEvent {}

  record OpenFailed(int opening, String cause) implements TargetEvent {}

  /** It is time to try listening again. */
  record OpenDue(int opening) implements TargetEvent {}

  /** A source was accepted; earlier connections count no more. */
  record Admitted(int connection) implements TargetEvent {}

  /** A source of this sync was not: its table is of another format. */
  record Rejected(String text) implements TargetEvent {}

  /**
   * A chunk has been dealt with.
   *
   * @param received entries of the chunk
   * @param applied those that are in the table now
   * @param refused those that are not, by reason
   * @param inTable entries of this sync in the table, each once
   */
  record Batch(
      int connection, int received, int applied, Map<RefusalReason, Integer> refused, long inTable)
      implements TargetEvent {
    public Batch {
      refused = Map.copyOf(refused);
    }
  }

  /** Entries that the source has no longer were taken out; so many of this sync are left. */
  record Removed(int connection, long inTable) implements TargetEvent {}

  record TooMany(int connection, EntryLimit limit, Instant at) implements TargetEvent {}

  record TableFailed(int connection, TableFault fault, String cause) implements TargetEvent {}

  /** Everything before has been applied. */
  record Barrier(int connection, Instant at) implements TargetEvent {}

  record Lost(int connection, String cause) implements TargetEvent {}

  /** A look into the table has found so many of this sync's entries. */
  record Verified(long entries) implements TargetEvent {}

  record HookAsked(long hook, Instant at) implements TargetEvent {}

  record HookDeadline(long hook, Instant at) implements TargetEvent {}

  record HookGone(long hook, Instant at) implements TargetEvent {}

  /** Before this sync was seen, a hook of its domain waited that long in vain. */
  record HookMissed(Duration waited) implements TargetEvent {}

  record Reassigned(Endpoint endpoint) implements TargetEvent {}

  record Concluded(Conclusion conclusion, Instant at) implements TargetEvent {}

  record CleanedUp(long entries, Instant at) implements TargetEvent {}

  record CleanUpFailed(String cause) implements TargetEvent {}

  /** It is time to try cleaning up again. */
  record CleanUpDue() implements TargetEvent {}

  /** So many entries that had been taken out were put back. */
  record Reasserted(int entries, Instant at) implements TargetEvent {}

  record ReassertFailed(String cause) implements TargetEvent {}

  /** The VM moves again: from now on its entries here are another sync's. */
  record Superseded() implements TargetEvent {}
}
