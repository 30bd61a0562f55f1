package io.conntracksync.node.kube;

import io.conntracksync.node.session.Finding;
import io.conntracksync.node.session.Finding.Verdict;

/** Why a node's agent is Ready, or not. The texts are an API. */
public enum NodeReason {
  READY("Ready", Verdict.YES),
  STARTING("Starting", Verdict.NO),
  BACKEND_AWAITED("BackendAwaited", Verdict.NO),
  TABLE_UNREADABLE("TableUnreadable", Verdict.NO),
  WATCH_STOPPED("WatchStopped", Verdict.NO),
  STOPPED("Stopped", Verdict.NO);

  private final String text;
  private final Verdict verdict;

  NodeReason(String text, Verdict verdict) {
    this.text = text;
    this.verdict = verdict;
  }

  /** The reason as the Ready condition shows it. */
  public Finding finding(String message) {
    return new Finding(verdict, text, message);
  }
}
