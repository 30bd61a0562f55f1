package io.conntracksync.node.transfer;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;

/** Messages over a connection, through the streams of whatever secures it. */
final class SocketFrameChannel implements FrameChannel {
  private static final Duration FOREVER = Duration.ZERO;

  /** A last word is heard soon or not at all. */
  private static final Duration LAST_WORD = Duration.ofMillis(200);

  private final TcpConnection connection;
  private final InputStream in;
  private final OutputStream out;
  private final ScheduledExecutorService watchdog;
  private final Duration framePatience;
  private final AtomicLong bytesWritten = new AtomicLong();

  SocketFrameChannel(
      TcpConnection connection,
      InputStream in,
      OutputStream out,
      ScheduledExecutorService watchdog,
      Duration framePatience) {
    this.connection = connection;
    this.in = in;
    this.out = out;
    this.watchdog = watchdog;
    this.framePatience = framePatience;
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
    try {
      return unsecured(patience);
    } catch (SSLException e) {
      throw broken(e);
    }
  }

  private Message unsecured(Duration patience) throws IOException {
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
    connection.waitAtMost(patience);
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
      connection.waitAtMost(Duration.ofMillis(left));
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
    try (Watch watch = new Watch(watchdog, connection, patience)) {
      try {
        out.write(frame);
        bytesWritten.addAndGet(frame.length);
      } catch (IOException e) {
        throw watch.hasExpired()
            ? tookNothing(patience)
            : e instanceof SSLException tls ? broken(tls) : e;
      }
    }
  }

  private static TransferException tookNothing(Duration patience) {
    return new TransferException(
        TransferFault.WRITE_TIMEOUT, "the peer took nothing for " + patience.toMillis() + " ms");
  }

  private static TransferException broken(SSLException e) {
    return new TransferException(
        TransferFault.TLS_BROKEN, "TLS with the peer ended: " + e.getMessage());
  }

  @Override
  public void refuse(Message.Refusal refusal) {
    try {
      write(FrameCodec.frame(refusal), LAST_WORD);
    } catch (IOException e) {
      // The peer does not listen; closing says enough.
      close();
      return;
    }
    connection.end();
  }

  @Override
  public long bytesWritten() {
    return bytesWritten.get();
  }

  @Override
  public String peer() {
    return connection.peer();
  }

  /** Not the secured streams: those would wait for a write that blocks, to say goodbye. */
  @Override
  public void close() {
    connection.close();
  }
}
