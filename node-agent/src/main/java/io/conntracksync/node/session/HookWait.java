package io.conntracksync.node.session;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One hook's question, from the moment it was asked until it is answered or forgotten. */
public final class HookWait {
  private final long id;
  private final Instant askedAt;
  private final Duration granted;
  private final CompletableFuture<HookVerdict> verdict = new CompletableFuture<>();

  HookWait(long id, Instant askedAt, Duration granted) {
    this.id = id;
    this.askedAt = askedAt;
    this.granted = granted;
  }

  static HookWait answered(Instant askedAt, HookVerdict.Because because) {
    HookWait wait = new HookWait(0, askedAt, Duration.ZERO);
    wait.answer(new HookVerdict.Proceed(because));
    return wait;
  }

  /** How long the hook is held at most; empty when it has its answer. */
  public Optional<Duration> hold() {
    return verdict.isDone() ? Optional.empty() : Optional.of(granted);
  }

  /** The answer; cancelled when the agent stops. */
  public CompletionStage<HookVerdict> verdict() {
    return verdict.minimalCompletionStage();
  }

  /** The hook is gone: nobody is to be answered. Late or twice, it changes nothing. */
  public void forget() {
    verdict.cancel(false);
  }

  long id() {
    return id;
  }

  Instant askedAt() {
    return askedAt;
  }

  Duration granted() {
    return granted;
  }

  void answer(HookVerdict answer) {
    verdict.complete(answer);
  }

  boolean isOver() {
    return verdict.isDone();
  }

  void whenForgotten(Runnable work) {
    var unused =
        verdict.whenComplete(
            (answer, gone) -> {
              if (verdict.isCancelled()) {
                work.run();
              }
            });
  }
}
