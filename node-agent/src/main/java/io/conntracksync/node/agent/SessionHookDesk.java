package io.conntracksync.node.agent;

import io.conntracksync.node.gatekeeping.HookAnswer;
import io.conntracksync.node.gatekeeping.HookDesk;
import io.conntracksync.node.gatekeeping.Pending;
import io.conntracksync.node.session.HookVerdict;
import io.conntracksync.node.session.HookWait;
import io.conntracksync.node.session.TargetSessions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Answers hooks from the target sessions. */
final class SessionHookDesk implements HookDesk {
  private final TargetSessions sessions;

  SessionHookDesk(TargetSessions sessions) {
    this.sessions = sessions;
  }

  @Override
  public void incoming(String domain, String uuid) {
    sessions.incoming(domain, uuid);
  }

  @Override
  public Pending<HookAnswer> await(String domain, String uuid) {
    return pending(sessions.waitFor(domain, uuid));
  }

  @Override
  public Pending<HookAnswer> awaitOnly() {
    return pending(sessions.waitForOnly());
  }

  private static Pending<HookAnswer> pending(HookWait wait) {
    return new Pending<>() {
      @Override
      public Optional<Duration> hold() {
        return wait.hold();
      }

      @Override
      public CompletionStage<HookAnswer> answer() {
        return wait.verdict().thenApply(SessionHookDesk::answer);
      }

      @Override
      public void forget() {
        wait.forget();
      }
    };
  }

  private static HookAnswer answer(HookVerdict verdict) {
    if (verdict instanceof HookVerdict.Proceed proceed) {
      return new HookAnswer.Ok(proceed.because().text());
    }
    if (verdict instanceof HookVerdict.Refuse refuse) {
      return new HookAnswer.Abort(refuse.reason());
    }
    throw new IllegalArgumentException("no answer for " + verdict);
  }
}
