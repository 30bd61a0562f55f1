package io.conntracksync.node.gatekeeping;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Knows the answers to the hooks. Every call returns at once; safe for use by several threads. */
public interface HookDesk {
  /** An incoming migration of this domain is announced. */
  void incoming(String domain, String uuid);

  /** This domain is about to start. */
  Pending await(String domain, String uuid);

  /** Some domain is about to start: a hook that does not say which. */
  Pending awaitOnly();

  /** A question under way. */
  interface Pending {
    /** How long it takes at most; empty when the answer is there. */
    Optional<Duration> hold();

    /** The answer; failed when there will be none. */
    CompletionStage<HookAnswer> answer();

    /** Nobody waits any more. */
    void forget();
  }
}
