package io.conntracksync.node.gatekeeping;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * A question under way.
 *
 * @param <A> what it is answered with
 */
public interface Pending<A> {
  /** How long it takes at most; empty when the answer is there. */
  Optional<Duration> hold();

  /** The answer; failed when there will be none. */
  CompletionStage<A> answer();

  /** Nobody waits any more. */
  void forget();

  /** A question whose answer is there. */
  static <A> Pending<A> ready(A answer) {
    return new Pending<>() {
      @Override
      public Optional<Duration> hold() {
        return Optional.empty();
      }

      @Override
      public CompletionStage<A> answer() {
        return CompletableFuture.completedStage(answer);
      }

      @Override
      public void forget() {
        // Nothing is kept for it.
      }
    };
  }

  /** The same question, its answer in other words. */
  default <B> Pending<B> as(Function<A, B> words) {
    Pending<A> asked = this;
    return new Pending<>() {
      @Override
      public Optional<Duration> hold() {
        return asked.hold();
      }

      @Override
      public CompletionStage<B> answer() {
        return asked.answer().thenApply(words);
      }

      @Override
      public void forget() {
        asked.forget();
      }
    };
  }
}
