package io.conntracksync.node.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/**
 * Waits for a socket in a way that another thread can end. A thread in {@code recvfrom} is woken
 * neither by an interrupt nor by closing the descriptor; one in {@code poll} on the socket and an
 * {@code eventfd} is. One thread waits, any thread may {@link #signal}; close it when nobody waits.
 * Source: poll(2), eventfd(2).
 */
public final class WakeUp implements AutoCloseable {
  /** Equal on x86-64 and arm64, as {@code O_NONBLOCK} is. */
  private static final int EFD_NONBLOCK = 0x800;

  private static final int EFD_CLOEXEC = 0x80000;
  private static final short POLLIN = 1;

  /** {@code pollfd}: i32 descriptor, i16 events, i16 what happened. */
  private static final int POLL_LENGTH = 8;

  private static final int POLL_EVENTS = 4;
  private static final int POLL_HAPPENED = 6;

  private final Descriptor counter;
  private final ByteBuffer polled =
      ByteBuffer.allocateDirect(2 * POLL_LENGTH).order(ByteOrder.nativeOrder());

  private WakeUp(Descriptor counter) {
    this.counter = counter;
  }

  public static WakeUp open() throws SystemCallException {
    int number = SystemCalls.LIBC.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (number < 0) {
      throw new SystemCallException("eventfd", "of a waiting thread", SystemCalls.errno());
    }
    return new WakeUp(new Descriptor(number, "eventfd"));
  }

  /** Ends the present wait, or the next one if nobody waits. */
  public void signal() {
    byte[] one = new byte[Long.BYTES];
    ByteBuffer.wrap(one).order(ByteOrder.nativeOrder()).putLong(1);
    // It fails only where the counter is full: then the waiter is as good as woken.
    var unused = SystemCalls.LIBC.write(counter.number(), one, one.length);
  }

  /**
   * Waits until the socket has something, or an error to tell, or {@link #signal}, or the time is
   * over; which of them, the socket tells.
   */
  public void await(NetlinkSocket socket, Duration patience) throws SystemCallException {
    long deadline = System.nanoTime() + patience.toNanos();
    prepare(0, socket.number());
    prepare(POLL_LENGTH, counter.number());
    while (true) {
      // Rounded up: with 0 for a fraction of a millisecond the wait would be a busy one.
      long left = Math.max(0, (deadline - System.nanoTime() + 999_999) / 1_000_000);
      int ready =
          SystemCalls.LIBC.poll(
              polled, polled.capacity() / POLL_LENGTH, (int) Math.min(left, Integer.MAX_VALUE));
      if (ready >= 0) {
        break;
      }
      int errno = SystemCalls.errno();
      if (!Errno.EINTR.is(errno)) {
        throw new SystemCallException("poll", socket.toString(), errno);
      }
    }
    if (polled.getShort(POLL_LENGTH + POLL_HAPPENED) != 0) {
      var unused = SystemCalls.LIBC.read(counter.number(), new byte[Long.BYTES], Long.BYTES);
    }
  }

  private void prepare(int at, int descriptor) {
    polled.putInt(at, descriptor);
    polled.putShort(at + POLL_EVENTS, POLLIN);
    polled.putShort(at + POLL_HAPPENED, (short) 0);
  }

  @Override
  public void close() {
    counter.close();
  }
}
