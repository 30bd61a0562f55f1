package io.conntracksync.node.kube;

import java.time.Duration;

/** Runs work on another thread, not before the delay is over. */
@FunctionalInterface
interface Later {
  void run(Duration delay, Runnable work);
}
