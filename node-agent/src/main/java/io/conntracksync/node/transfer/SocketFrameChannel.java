package io.conntracksync.node.transfer;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Messages over a connected stream socket. */
final class SocketFrameChannel implements FrameChannel {
  private static final Duration FOREVER = Duration.ZERO;
  private static final Duration DRAIN = Duration.ofMillis(200);
  private static final int DRAIN_BYTES = 4 << 20;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final ScheduledExecutorService watchdog;
  private final Duration framePatience;
  private final String peer;
  private final AtomicLong bytesWritten = new AtomicLong();

  SocketFrameChannel(Socket socket, ScheduledExecutorService watchdog, Duration framePatience)
      throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
    this.watchdog = watchdog;
    this.framePatience = framePatience;
    this.peer = PlainTransport.text((InetSocketAddress) socket.getRemoteSocketAddress());
  }

  @Override
  public Message read() throws IOException {
    return readFrame(FOREVER);
  }

  @Override
  public Message read(Duration patience) throws IOException {
    return readFrame(patience);
  }

  private Message readFrame(Duration patience) throws IOException {
    byte[] header = new byte[FrameCodec.HEADER_LENGTH];
    header[0] = firstByte(patience);
    // One deadline for the whole frame: a peer that sends a byte now and then gains nothing.
    Duration within = patience.equals(FOREVER) ? framePatience : shorter(patience, framePatience);
    long deadline = System.nanoTime() + within.toNanos();
    readFully(header, 1, deadline);
    byte[] payload = new byte[FrameCodec.payloadLength(header)];
    readFully(payload, 0, deadline);
    return MessageCodec.decode(payload);
  }

  private byte firstByte(Duration patience) throws IOException {
    socket.setSoTimeout(
        patience.equals(FOREVER) ? 0 : Math.toIntExact(Math.max(1, patience.toMillis())));
    try {
      int first = in.read();
      if (first < 0) {
        throw new EOFException("the peer closed the connection");
      }
      return (byte) first;
    } catch (SocketTimeoutException e) {
      throw new TransferException(
          TransferFault.READ_TIMEOUT, "the peer sent nothing for " + patience.toMillis() + " ms");
    }
  }

  private void readFully(byte[] into, int from, long deadline) throws IOException {
    int at = from;
    while (at < into.length) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw halfAFrame();
      }
      socket.setSoTimeout(Math.toIntExact(left));
      try {
        int read = in.read(into, at, into.length - at);
        if (read < 0) {
          throw new TransferException(
              TransferFault.TRUNCATED, "the connection ended in the middle of a frame");
        }
        at += read;
      } catch (SocketTimeoutException e) {
        throw halfAFrame();
      }
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static TransferException halfAFrame() {
    return new TransferException(
        TransferFault.READ_TIMEOUT, "the peer began a frame and did not finish it in time");
  }

  @Override
  public void write(Message message) throws IOException {
    write(FrameCodec.frame(message), framePatience);
  }

  private synchronized void write(byte[] frame, Duration patience) throws IOException {
    // A blocking write knows no timeout; closing the socket ends it.
    AtomicBoolean expired = new AtomicBoolean();
    Future<?> watch =
        watchdog.schedule(
            () -> {
              expired.set(true);
              close();
            },
            patience.toMillis(),
            TimeUnit.MILLISECONDS);
    try {
      out.write(frame);
      bytesWritten.addAndGet(frame.length);
    } catch (IOException e) {
      if (expired.get()) {
        throw new TransferException(
            TransferFault.WRITE_TIMEOUT,
            "the peer took nothing for " + patience.toMillis() + " ms");
      }
      throw e;
    } finally {
      watch.cancel(false);
    }
  }

  @Override
  public void refuse(Message.Refusal refusal) {
    try {
      write(FrameCodec.frame(refusal), DRAIN);
      socket.shutdownOutput();
      drain();
    } catch (IOException e) {
      // The peer does not listen; closing says enough.
      close();
      return;
    }
    close();
  }

  private void drain() throws IOException {
    long deadline = System.nanoTime() + DRAIN.toNanos();
    byte[] dropped = new byte[4096];
    int left = DRAIN_BYTES;
    long millis = DRAIN.toMillis();
    while (left > 0 && millis > 0) {
      socket.setSoTimeout(Math.toIntExact(millis));
      int read = in.read(dropped);
      if (read < 0) {
        return;
      }
      left -= read;
      millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }
  }

  @Override
  public long bytesWritten() {
    return bytesWritten.get();
  }

  @Override
  public String peer() {
    return peer;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // The descriptor is gone either way.
      return;
    }
  }
}
