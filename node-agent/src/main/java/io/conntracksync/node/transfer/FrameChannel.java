package io.conntracksync.node.transfer;

import java.io.IOException;
import java.time.Duration;

/**
 * One connection that carries messages. One thread reads, any thread writes or closes. Reading
 * throws {@link java.io.EOFException} when the peer closed between two messages, {@link
 * TransferException} when it sent what is no message or stopped inside one, another {@link
 * IOException} when the connection broke. After any of them the channel is only good for {@link
 * #refuse} and {@link #close}.
 */
public interface FrameChannel extends AutoCloseable {
  /** The next message; waits for its first byte for as long as it takes. */
  Message read() throws IOException;

  /** The next message, whose first byte comes within the time. */
  Message read(Duration patience) throws IOException;

  /**
   * Sends one message; throws {@link TransferException} when the peer takes nothing for too long.
   */
  void write(Message message) throws IOException;

  /**
   * Tells the peer why, as far as it listens, and closes. What the peer has still on its way is
   * read and dropped for a moment: closing over unread bytes would reset the connection, and the
   * peer would lose the refusal.
   */
  void refuse(Message.Refusal refusal);

  /** Bytes sent so far, framing included. */
  long bytesWritten();

  /** Address and port of the peer, for logs. */
  String peer();

  @Override
  void close();
}
