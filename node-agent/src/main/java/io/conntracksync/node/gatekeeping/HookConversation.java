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
 * One line in, one line out:
 *
 * <pre>
 * incoming DOMAIN UUID → ok
 * wait DOMAIN UUID     → [hold MILLISECONDS, when the answer takes time] then ok OUTCOME | abort REASON
 * wait                 → the same
 * </pre>
 *
 * Everything else ends the connection without a word.
 */
final class HookConversation {
  private static final Logger LOG = LoggerFactory.getLogger(HookConversation.class);

  // The desk keeps its promises; this is for the day when it does not.
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final HookAccess access;
  private final HookDesk desk;
  private final HookFaultCounter faults;
  private final ScheduledExecutorService watchdog;

  HookConversation(
      HookAccess access,
      HookDesk desk,
      HookFaultCounter faults,
      ScheduledExecutorService watchdog) {
    this.access = access;
    this.desk = desk;
    this.faults = faults;
    this.watchdog = watchdog;
  }

  /** From the first byte to the last; the caller closes. */
  void hold(UnixConnection connection) throws IOException {
    PeerCredentials peer = connection.peer();
    if (!access.uids().contains(peer.uid())) {
      refuse(HookFault.FOREIGN_PEER, peer);
      return;
    }
    Optional<byte[]> line = readLine(connection, peer);
    if (line.isEmpty()) {
      return;
    }
    Optional<HookQuestion> question = HookLine.parse(line.get());
    if (question.isEmpty()) {
      refuse(HookFault.MALFORMED, peer);
    } else if (question.get() instanceof HookQuestion.Incoming incoming) {
      desk.incoming(incoming.domain(), incoming.uuid());
      connection.write(ByteBuffer.wrap(HookLine.heard()));
    } else if (question.get() instanceof HookQuestion.Wait wait) {
      answer(connection, peer, desk.await(wait.domain(), wait.uuid()));
    } else {
      answer(connection, peer, desk.awaitOnly());
    }
  }

  private Optional<byte[]> readLine(UnixConnection connection, PeerCredentials peer)
      throws IOException {
    AtomicBoolean expired = new AtomicBoolean();
    Future<?> watch = hangUpAfter(access.lineTimeout(), connection, expired);
    ByteBuffer bytes = ByteBuffer.allocate(HookLine.MAX_BYTES);
    try {
      while (bytes.hasRemaining()) {
        int from = bytes.position();
        if (connection.read(bytes) < 0) {
          refuse(expired.get() ? HookFault.SLOW : HookFault.TRUNCATED, peer);
          return Optional.empty();
        }
        for (int i = from; i < bytes.position(); i++) {
          if (bytes.get(i) == '\n') {
            return lineUpTo(i, bytes, peer);
          }
        }
      }
      refuse(HookFault.OVERSIZE, peer);
      return Optional.empty();
    } finally {
      watch.cancel(false);
    }
  }

  private Optional<byte[]> lineUpTo(int end, ByteBuffer bytes, PeerCredentials peer) {
    if (end + 1 != bytes.position()) {
      refuse(HookFault.MALFORMED, peer);
      return Optional.empty();
    }
    byte[] line = new byte[end];
    bytes.flip().get(line);
    return Optional.of(line);
  }

  private void answer(UnixConnection connection, PeerCredentials peer, HookDesk.Pending pending)
      throws IOException {
    Optional<Duration> hold = pending.hold();
    if (hold.isPresent()) {
      connection.write(ByteBuffer.wrap(HookLine.hold(hold.get())));
    }
    AtomicBoolean expired = new AtomicBoolean();
    AtomicBoolean answered = new AtomicBoolean();
    Future<?> watch = hangUpAfter(hold.orElse(Duration.ZERO).plus(GRACE), connection, expired);
    // Written by whoever knows the answer, this thread meanwhile notices when the hook goes.
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
        refuse(HookFault.MALFORMED, peer);
      } else if (expired.get()) {
        refuse(HookFault.UNANSWERED, peer);
      } else if (!answered.get()) {
        refuse(HookFault.GONE, peer);
      }
    } finally {
      watch.cancel(false);
      pending.forget();
    }
  }

  private void write(UnixConnection connection, HookAnswer answer) {
    try {
      connection.write(ByteBuffer.wrap(HookLine.answer(answer)));
    } catch (IOException e) {
      faults.count(HookFault.GONE);
      LOG.atDebug().setCause(e).log("hook was gone before its answer");
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

  private void refuse(HookFault fault, PeerCredentials peer) {
    faults.count(fault);
    LOG.atWarn()
        .addKeyValue("fault", fault)
        .addKeyValue("peerPid", peer.pid())
        .addKeyValue("peerUid", peer.uid())
        .log("hook connection ended without an answer");
  }
}
