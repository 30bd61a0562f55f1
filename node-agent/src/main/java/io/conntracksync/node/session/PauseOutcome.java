package io.conntracksync.node.session;

/** What became of the last changes before a VM's switchover. The text is for protocols. */
public enum PauseOutcome {
  /** Every change up to the pause was sent, and the target has dealt with it. */
  DRAINED("Drained"),
  /** That took longer than the switchover may wait; what was sent by then is on its way. */
  DEADLINE_EXCEEDED("DeadlineExceeded"),
  /** No sync of this domain is under way here, or none that has a target. */
  NOT_SYNCING("NotSyncing");

  private final String text;

  PauseOutcome(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
