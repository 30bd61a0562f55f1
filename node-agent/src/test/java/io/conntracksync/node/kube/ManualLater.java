package io.conntracksync.node.kube;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Runs nothing by itself: the test runs what was asked for, and sees the delays. */
final class ManualLater implements Later {
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final List<Duration> delays = new ArrayList<>();

  @Override
  public void run(Duration delay, Runnable work) {
    delays.add(delay);
    waiting.add(work);
  }

  /** Runs what waits longest; false when nothing does. */
  boolean runNext() {
    Runnable work = waiting.poll();
    if (work != null) {
      work.run();
    }
    return work != null;
  }

  int waiting() {
    return waiting.size();
  }

  List<Duration> delays() {
    return delays;
  }
}
