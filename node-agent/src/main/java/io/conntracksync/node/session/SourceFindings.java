package io.conntracksync.node.session;

import io.conntracksync.node.session.Finding.Verdict;
import io.conntracksync.node.table.TableFault;

/** The condition Exported in words. The reasons are an API. */
final class SourceFindings {
  // The target listens some milliseconds after us as a rule: that is no news to anyone.
  private static final int FAILURES_OF_A_NORMAL_START = 5;

  private SourceFindings() {}

  static Finding connecting(Endpoint endpoint) {
    return new Finding(Verdict.NOT_YET, "Connecting", "connecting to the target at " + endpoint);
  }

  static Finding exporting(Endpoint endpoint) {
    return new Finding(
        Verdict.NOT_YET, "Exporting", "sending the snapshot to the target at " + endpoint);
  }

  static Finding exported(Endpoint endpoint, SourceRound round) {
    String message =
        "%d entries sent to the target at %s, %d of them applied"
            .formatted(round.entries(), endpoint, round.answer().applied());
    return new Finding(
        Verdict.YES,
        "Exported",
        message
            + RefusedText.after(round.answer().refused())
            + RefusedText.notSent(round.refused()));
  }

  static Finding unreachable(SourceCourse course, Finding before, String cause) {
    if (course.failures() < FAILURES_OF_A_NORMAL_START) {
      return before;
    }
    return new Finding(
        Verdict.NO,
        "Unreachable",
        ("the target at %s is not reached (%s): check its agent and that the network lets this port"
                + " through; trying again until the migration ends")
            .formatted(course.endpoint(), cause));
  }

  static Finding lost(Endpoint endpoint, String cause) {
    return new Finding(
        Verdict.NO,
        "ConnectionLost",
        "the connection to the target at %s was lost (%s); reconnecting and sending again"
            .formatted(endpoint, cause));
  }

  static Finding refused(Endpoint endpoint, String text) {
    return new Finding(
        Verdict.NO,
        "RefusedByPeer",
        "the target at %s refused: %s; trying again until the migration ends"
            .formatted(endpoint, text));
  }

  static Finding tableFailed(TableFault fault, String cause) {
    return new Finding(
        Verdict.NO,
        fault.text(),
        "the source's table cannot be read: %s; trying again until the migration ends"
            .formatted(cause));
  }

  static Finding tooManySyncs(int limit) {
    return new Finding(
        Verdict.NO,
        "TooManySyncs",
        "this agent has %d syncs under way, as many as it may; raise the limit or migrate fewer VMs"
                .formatted(limit)
            + " at a time");
  }
}
