package io.conntracksync.node.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The kernel's {@code CLOCK_MONOTONIC}: time since boot without sleep, the clock that BPF programs
 * read. {@link System#nanoTime} promises no origin.
 */
public final class MonotonicClock {
  private static final int CLOCK_MONOTONIC = 1;

  /** {@code timespec}: i64 seconds, i64 nanoseconds. */
  private static final int TIMESPEC_LENGTH = 16;

  private MonotonicClock() {}

  /** Whole seconds since boot. */
  public static long seconds() throws SystemCallException {
    ByteBuffer time = ByteBuffer.allocateDirect(TIMESPEC_LENGTH).order(ByteOrder.nativeOrder());
    if (SystemCalls.LIBC.clock_gettime(CLOCK_MONOTONIC, time) < 0) {
      throw new SystemCallException("clock_gettime", "CLOCK_MONOTONIC", SystemCalls.errno());
    }
    return time.getLong(0);
  }
}
