package io.conntracksync.e2e.traffic;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Does something at random moments, on a thread of its own: the time from one to the next is
 * exponentially distributed, so that no moment is likelier than another. The pace may change at any
 * time; it begins with standing still.
 */
final class RandomOpenings implements AutoCloseable {
  /** May block, for instance while the VM stands still: no moments fall into that time then. */
  interface Opening {
    void open() throws IOException;
  }

  private final Opening opening;
  private final Consumer<IOException> failed;
  private final Thread thread;
  private Random random = new Random(0);
  private double perSecond;
  private int left;
  private long next;
  private boolean closed;

  RandomOpenings(String name, Opening opening, Consumer<IOException> failed) {
    this.opening = opening;
    this.failed = failed;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * So many a second on the average from now on, at most {@code most} in all; 0 of either stops.
   * The seed makes the moments, which the machine then keeps as well as it can.
   */
  synchronized void pace(double newPerSecond, int most, long seed) {
    random = new Random(seed);
    perSecond = newPerSecond;
    left = newPerSecond > 0 ? most : 0;
    next = System.nanoTime() + gap(random, perSecond);
    notifyAll();
  }

  /** Nanoseconds to the next one. */
  static long gap(Random random, double perSecond) {
    return perSecond > 0
        ? (long) (-Math.log(1 - random.nextDouble()) / perSecond * TimeUnit.SECONDS.toNanos(1))
        : 0;
  }

  private void run() {
    try {
      while (isTime()) {
        try {
          opening.open();
        } catch (IOException e) {
          failed.accept(e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the next moment; false when there is none any more. */
  private synchronized boolean isTime() throws InterruptedException {
    while (!closed) {
      long now = System.nanoTime();
      if (left == 0) {
        wait();
      } else if (next > now) {
        TimeUnit.NANOSECONDS.timedWait(this, next - now);
      } else {
        left--;
        next = now + gap(random, perSecond);
        return true;
      }
    }
    return false;
  }

  /** Returns when the last one is done, which may be one that blocks for a while. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
