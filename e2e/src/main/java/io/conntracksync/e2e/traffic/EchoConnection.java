package io.conntracksync.e2e.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;

/**
 * One TCP connection. One message is under way at a time: eight bytes, the sequence number in big
 * endian; the next one leaves when the echo is back, not sooner than the pace allows. So TCP's own
 * retransmission is all that carries it over a silence, as for any application.
 *
 * <p>An echo that comes once more is no answer, and no fault of the path: TCP delivers each byte
 * once, so the guest has written it twice. An emulated guest's process may do that after its move,
 * when one of its pages came along a moment older than the kernel's (QEMU's commit 9458a9a1 tells
 * how a write can slip by the dirty log). It is counted and noted.
 */
final class EchoConnection implements Selected {
  private final Beat beat;
  private final int id;
  private final Opener opener;
  private final String service;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final ByteBuffer outgoing = ByteBuffer.allocate(Long.BYTES);
  private final ByteBuffer incoming = ByteBuffer.allocate(Long.BYTES);
  private final CompletableFuture<Void> established;
  private final EchoTrail trail;
  private InetSocketAddress local;
  private InetSocketAddress remote;
  private long sequence;
  private long sentAt;
  private int repeated;
  private String fault = "";

  EchoConnection(
      Beat beat,
      int id,
      Opener opener,
      String service,
      SocketChannel channel,
      SelectionKey key,
      CompletableFuture<Void> established) {
    this.beat = beat;
    this.id = id;
    this.opener = opener;
    this.service = service;
    this.channel = channel;
    this.key = key;
    this.established = established;
    this.trail = new EchoTrail(beat.clock().now());
  }

  /** The first packet is on its way there. */
  void dialled(InetSocketAddress vm) throws IOException {
    remote = vm;
    local = (InetSocketAddress) channel.getLocalAddress();
  }

  /** Starts to speak on a connection that is open already. */
  void begin() throws IOException {
    local = (InetSocketAddress) channel.getLocalAddress();
    remote = (InetSocketAddress) channel.getRemoteAddress();
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    // Closing sends one reset: without it a dead connection would go on knocking at the firewall
    // and be counted there in the next run.
    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    key.interestOps(SelectionKey.OP_READ);
    send();
  }

  @Override
  public void selected() {
    try {
      if (key.isConnectable() && channel.finishConnect()) {
        begin();
      } else if (key.isWritable()) {
        write();
      } else if (key.isReadable()) {
        read();
      }
    } catch (IOException e) {
      broken(e.getMessage());
    }
  }

  private void send() {
    sentAt = beat.clock().now();
    outgoing.clear().putLong(sequence).flip();
    try {
      write();
    } catch (IOException e) {
      broken(e.getMessage());
    }
  }

  private void write() throws IOException {
    channel.write(outgoing);
    key.interestOps(outgoing.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
  }

  private void read() throws IOException {
    if (channel.read(incoming) < 0) {
      broken("closed by the VM");
      return;
    }
    if (incoming.hasRemaining()) {
      return;
    }
    long echoed = incoming.flip().getLong();
    incoming.clear();
    if (echoed >= 0 && echoed < sequence) {
      repeated++;
      return;
    }
    if (echoed != sequence) {
      broken("sent " + sequence + ", the echo was " + echoed);
      return;
    }
    long now = beat.clock().now();
    trail.answeredAt(now);
    established.complete(null);
    sequence++;
    beat.agenda().at(Math.max(now, sentAt + beat.intervalMillis()), this::sendUnlessClosed);
  }

  private void sendUnlessClosed() {
    if (channel.isOpen()) {
      send();
    }
  }

  private void broken(String why) {
    fault = why == null ? "broken" : why;
    established.completeExceptionally(new IOException(fault));
    close();
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      fault = fault.isEmpty() ? "close failed: " + e.getMessage() : fault;
    }
  }

  boolean aliveAt(long now) {
    return channel.isOpen() && trail.verdictAt(now) == Verdict.ALIVE;
  }

  /** Answered once. */
  boolean opened() {
    return trail.answered();
  }

  /** One that was never answered is dead like one that is answered no more. */
  Flow flowAt(long stopped) {
    return new Flow(
        id,
        Transport.TCP,
        opener,
        Family.of(remote.getAddress()),
        // One that was never accepted has none yet.
        local == null ? "unknown" : EndpointText.of(local),
        EndpointText.of(remote),
        service,
        trail.opened(),
        trail.spans(),
        trail.last(),
        trail.longestGapAt(stopped),
        // Closed by the other side is dead, however recent its last echo is.
        fault.isEmpty() ? trail.verdictAt(stopped) : Verdict.DEAD,
        note());
  }

  private String note() {
    if (!fault.isEmpty()) {
      return fault;
    }
    if (!trail.answered()) {
      return "never answered";
    }
    return repeated == 0 ? "" : "echoes that came once more: " + repeated;
  }
}
