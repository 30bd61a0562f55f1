package io.conntracksync.node.session;

import io.conntracksync.node.session.Finding.Verdict;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableFault;

/** The condition Imported in words. The reasons are an API. */
final class TargetFindings {
  private TargetFindings() {}

  static Finding opening(Endpoint endpoint) {
    return new Finding(Verdict.NOT_YET, "Opening", "about to listen on " + endpoint);
  }

  static Finding listening(Endpoint endpoint) {
    return new Finding(Verdict.NOT_YET, "Listening", "waiting for the source on " + endpoint);
  }

  static Finding portInUse(Endpoint endpoint, String cause) {
    return new Finding(
        Verdict.NO,
        "PortInUse",
        ("port %d is assigned to this sync but taken (%s); waiting for another port, or keep other"
                + " programs out of the agents' port range")
            .formatted(endpoint.port(), cause));
  }

  static Finding listenFailed(Endpoint endpoint, String cause) {
    return new Finding(
        Verdict.NO,
        "ListenFailed",
        "cannot listen on %s: %s; check that the address is this node's; trying again"
            .formatted(endpoint, cause));
  }

  static Finding receiving() {
    return new Finding(Verdict.NOT_YET, "Receiving", "the source sends its snapshot");
  }

  static Finding connectionLost(String cause) {
    return new Finding(
        Verdict.NO,
        "ConnectionLost",
        "the connection to the source was lost before all entries were here (%s); it connects again"
            .formatted(cause));
  }

  static Finding formatsDiffer(String text) {
    return new Finding(Verdict.NO, "FormatsDiffer", "the source was refused: " + text);
  }

  static Finding tableFailed(TableFault fault, String cause) {
    return new Finding(
        Verdict.NO,
        fault.text(),
        "the target's table cannot be written: %s; the source tries again".formatted(cause));
  }

  static Finding tooManyEntries(EntryLimit limit) {
    String message =
        switch (limit.of()) {
          case ONE_SYNC ->
              "the source has more than %d entries for one sync; raise the agents' limit if the VM"
                  + " really has so many connections";
          case ALL_SYNCS ->
              "the syncs that reach this node have more than %d entries in all; the source tries"
                  + " again until some of them have ended: migrate fewer VMs at a time, or raise the"
                  + " agents' limit";
        };
    return new Finding(Verdict.NO, "TooManyEntries", message.formatted(limit.most()));
  }

  static Finding tooManySyncs(int limit) {
    return new Finding(
        Verdict.NO,
        "TooManySyncs",
        "this agent has %d syncs under way, as many as it may; raise the limit or migrate fewer VMs"
                .formatted(limit)
            + " at a time");
  }

  /** What a complete snapshot amounts to. */
  static Finding complete(TargetCounts counts) {
    String message =
        "%d of %d entries applied".formatted(counts.applied(), counts.received())
            + RefusedText.after(counts.refused());
    if (counts.refused().containsKey(RefusalReason.TABLE_FULL)) {
      return new Finding(
          Verdict.NO,
          "TableFull",
          message + "; raise the target's table size (net.netfilter.nf_conntrack_max)");
    }
    return new Finding(Verdict.YES, "Imported", message);
  }

  /** The end is learnt by a process that has seen nothing of the sync. */
  static Finding resumed() {
    return new Finding(
        Verdict.NOT_YET,
        "AgentRestarted",
        "the agent was started again before it learnt of the end; it does what is left to do");
  }

  static Finding cleanUpFailed(String cause) {
    return new Finding(
        Verdict.NO,
        "CleanupFailed",
        "the table could not be made what it was: %s; tried once more when the agent starts again"
            .formatted(cause));
  }
}
