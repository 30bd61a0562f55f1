package io.conntracksync.node.pod;

import io.conntracksync.node.session.Finding;
import io.conntracksync.node.session.Finding.Verdict;

/** What became of the attempt to put the hook into a launcher pod. The reasons are an API. */
public enum HookInstallation {
  INSTALLED("Installed", Verdict.YES),
  /** Not by this agent: the pod came with it. */
  PROVIDED("Provided", Verdict.YES),
  /** libvirt runs no hooks there. */
  NO_MAIN_HOOK("NoMainHook", Verdict.NO),
  /** Something there is not as it should be, or must not be trusted. */
  REFUSED("Refused", Verdict.NO);

  private final String reason;
  private final Verdict verdict;

  HookInstallation(String reason, Verdict verdict) {
    this.reason = reason;
    this.verdict = verdict;
  }

  /** As the condition HookInstalled shows it. */
  public Finding finding(String message) {
    return new Finding(verdict, reason, message);
  }
}
