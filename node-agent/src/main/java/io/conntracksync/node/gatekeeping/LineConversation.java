package io.conntracksync.node.gatekeeping;

import io.conntracksync.node.linux.PeerCredentials;
import io.conntracksync.node.linux.UnixConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line in, one line out; before it {@code hold MILLISECONDS}, when the answer takes time.
 * Whatever is no question ends the connection without a word.
 */
final class LineConversation {
  private static final Logger LOG = LoggerFactory.getLogger(LineConversation.class);

  // The desk keeps its promises; this is for the day when it does not.
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final SocketAccess access;
  private final Questions questions;
  private final SocketFaultCounter faults;
  private final ScheduledExecutorService watchdog;

  LineConversation(
      SocketAccess access,
      Questions questions,
      SocketFaultCounter faults,
      ScheduledExecutorService watchdog) {
    this.access = access;
    this.questions = questions;
    this.faults = faults;
    this.watchdog = watchdog;
  }

  /** From the first byte to the last; the caller closes. */
  void hold(UnixConnection connection) throws IOException {
    PeerCredentials peer = connection.peer();
    if (!access.uids().contains(peer.uid())) {
      refuse(SocketFault.FOREIGN_PEER, peer);
      return;
    }
    Optional<byte[]> line = readLine(connection, peer);
    if (line.isEmpty()) {
      return;
    }
    Optional<Pending<byte[]>> pending = questions.ask(line.get());
    if (pending.isPresent()) {
      answer(connection, peer, pending.get());
    } else {
      refuse(SocketFault.MALFORMED, peer);
    }
  }

  private Optional<byte[]> readLine(UnixConnection connection, PeerCredentials peer)
      throws IOException {
    AtomicBoolean expired = new AtomicBoolean();
    Future<?> watch = hangUpAfter(access.lineTimeout(), connection, expired);
    ByteBuffer bytes = ByteBuffer.allocate(Line.MAX_BYTES);
    try {
      while (bytes.hasRemaining()) {
        int from = bytes.position();
        if (connection.read(bytes) < 0) {
          refuse(expired.get() ? SocketFault.SLOW : SocketFault.TRUNCATED, peer);
          return Optional.empty();
        }
        for (int i = from; i < bytes.position(); i++) {
          if (bytes.get(i) == '\n') {
            return lineUpTo(i, bytes, peer);
          }
        }
      }
      refuse(SocketFault.OVERSIZE, peer);
      return Optional.empty();
    } finally {
      watch.cancel(false);
    }
  }

  private Optional<byte[]> lineUpTo(int end, ByteBuffer bytes, PeerCredentials peer) {
    if (end + 1 != bytes.position()) {
      refuse(SocketFault.MALFORMED, peer);
      return Optional.empty();
    }
    byte[] line = new byte[end];
    bytes.flip().get(line);
    return Optional.of(line);
  }

  private void answer(UnixConnection connection, PeerCredentials peer, Pending<byte[]> pending)
      throws IOException {
    Optional<Duration> hold = pending.hold();
    if (hold.isPresent()) {
      connection.write(ByteBuffer.wrap(Line.hold(hold.get(), questions.longestHold())));
    }
    AtomicBoolean expired = new AtomicBoolean();
    AtomicBoolean answered = new AtomicBoolean();
    Future<?> watch = hangUpAfter(hold.orElse(Duration.ZERO).plus(GRACE), connection, expired);
    // Written by whoever knows the answer, this thread meanwhile notices when the peer goes.
    var unused =
        pending
            .answer()
            .whenComplete(
                (answer, failure) -> {
                  answered.set(true);
                  if (failure == null) {
                    write(connection, answer);
                  }
                  connection.hangUp();
                });
    try {
      int read = connection.read(ByteBuffer.allocate(1));
      if (read >= 0 && !answered.get()) {
        refuse(SocketFault.MALFORMED, peer);
      } else if (expired.get()) {
        refuse(SocketFault.UNANSWERED, peer);
      } else if (!answered.get()) {
        refuse(SocketFault.GONE, peer);
      }
    } finally {
      watch.cancel(false);
      pending.forget();
    }
  }

  private void write(UnixConnection connection, byte[] answer) {
    try {
      connection.write(ByteBuffer.wrap(answer));
    } catch (IOException e) {
      faults.count(SocketFault.GONE);
      LOG.atDebug().setCause(e).log("peer was gone before its answer");
    }
  }

  private Future<?> hangUpAfter(Duration time, UnixConnection connection, AtomicBoolean expired) {
    return watchdog.schedule(
        () -> {
          expired.set(true);
          connection.hangUp();
        },
        time.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private void refuse(SocketFault fault, PeerCredentials peer) {
    faults.count(fault);
    LOG.atWarn()
        .addKeyValue("fault", fault)
        .addKeyValue("peerPid", peer.pid())
        .addKeyValue("peerUid", peer.uid())
        .log("connection to a socket ended without an answer");
  }
}
