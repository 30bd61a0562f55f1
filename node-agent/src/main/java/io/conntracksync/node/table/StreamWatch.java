package io.conntracksync.node.table;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A thread that waits at a stream for somebody who waits elsewhere: it keeps what the stream tells
 * and calls them. Others read the stream while it stands aside: what it keeps is never older than
 * what they have read.
 */
final class StreamWatch implements AutoCloseable {
  /** Only a bound: news, and whoever wants to read, end the wait at once. */
  private static final Duration TURN = Duration.ofMinutes(1);

  private final Changes stream;
  private final Runnable onNews;
  private final Object lock = new Object();
  private Observation kept = Delta.NOTHING;
  private Optional<TableException> failure = Optional.empty();
  private Wish wish = Wish.WATCH;
  private Place place = Place.AT_THE_STREAM;

  private enum Wish {
    WATCH,
    STAND_ASIDE,
    END
  }

  private enum Place {
    AT_THE_STREAM,
    ASIDE,
    GONE
  }

  private StreamWatch(Changes stream, Runnable onNews) {
    this.stream = stream;
    this.onNews = onNews;
  }

  /** Takes the stream over and closes it with itself. */
  static StreamWatch start(Changes stream, Runnable onNews) {
    StreamWatch watch = new StreamWatch(stream, onNews);
    Thread thread = new Thread(watch::run, "pod " + Thread.currentThread().getName());
    thread.setDaemon(true);
    thread.start();
    return watch;
  }

  @FunctionalInterface
  interface Reading<T> {
    T read() throws TableException;
  }

  boolean hasNews() {
    synchronized (lock) {
      return failure.isPresent() || !kept.equals(Delta.NOTHING);
    }
  }

  /** What was told since it was last taken. */
  Observation taken() throws TableException {
    synchronized (lock) {
      if (failure.isPresent()) {
        throw failure.get();
      }
      Observation news = kept;
      kept = Delta.NOTHING;
      return news;
    }
  }

  /** What was told since it was last taken, up to now. */
  Observation drained() throws TableException {
    return aside(() -> JoinedChanges.inTurn(taken(), stream.drain()));
  }

  /** Reads the stream while this does not. */
  <T> T aside(Reading<T> reading) throws TableException {
    standAside();
    try {
      return reading.read();
    } finally {
      synchronized (lock) {
        if (wish == Wish.STAND_ASIDE) {
          wish = Wish.WATCH;
        }
        lock.notifyAll();
      }
    }
  }

  private void standAside() throws TableException {
    synchronized (lock) {
      wish = wish == Wish.WATCH ? Wish.STAND_ASIDE : wish;
      // Also if it is not waiting yet: then its next wait ends at once.
      stream.wake();
      pauseWhile(() -> place == Place.AT_THE_STREAM);
    }
  }

  /** Only with the lock in hand. */
  private void pauseWhile(BooleanSupplier condition) throws TableException {
    try {
      while (condition.getAsBoolean()) {
        lock.wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TableException("interrupted while a change was read", e);
    }
  }

  private void run() {
    try {
      while (mayWatch()) {
        keep(stream.await(TURN));
      }
    } catch (TableException e) {
      fail(e);
    } catch (RuntimeException e) {
      fail(new TableException("internal error: " + e, e));
    } finally {
      synchronized (lock) {
        place = Place.GONE;
        lock.notifyAll();
      }
    }
  }

  private boolean mayWatch() throws TableException {
    synchronized (lock) {
      if (wish == Wish.STAND_ASIDE) {
        place = Place.ASIDE;
        lock.notifyAll();
        pauseWhile(() -> wish == Wish.STAND_ASIDE);
      }
      place = Place.AT_THE_STREAM;
      return wish == Wish.WATCH;
    }
  }

  private void keep(Observation news) {
    if (news instanceof Delta delta && delta.isEmpty()) {
      return;
    }
    synchronized (lock) {
      kept = JoinedChanges.inTurn(kept, news);
    }
    onNews.run();
  }

  private void fail(TableException cause) {
    synchronized (lock) {
      if (wish == Wish.END) {
        return;
      }
      failure = Optional.of(cause);
    }
    onNews.run();
  }

  @Override
  public void close() {
    synchronized (lock) {
      wish = Wish.END;
      lock.notifyAll();
    }
    stream.close();
  }
}
