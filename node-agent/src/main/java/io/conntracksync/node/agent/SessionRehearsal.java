package io.conntracksync.node.agent;

import io.conntracksync.node.session.Conclusion;
import io.conntracksync.node.session.Endpoint;
import io.conntracksync.node.session.HookVerdict;
import io.conntracksync.node.session.Journals;
import io.conntracksync.node.session.SessionLimits;
import io.conntracksync.node.session.Sessions;
import io.conntracksync.node.session.SourceSessions;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.SyncTables;
import io.conntracksync.node.session.TargetSessions;
import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.transfer.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Syncs a VM that does not exist from this agent to itself, over a real connection: classes are
 * loaded and code is compiled before a migration waits for it. Both sides are the ones that serve
 * migrations; only the tables are the caller's choice.
 */
final class SessionRehearsal {
  /** So the log knows what not to show, see logback.xml. */
  private static final String NAME = "rehearsal";

  private static final int ROUNDS = 20;

  /** No round begins after that: the node waits for it to be ready. */
  private static final Duration LONGEST = Duration.ofSeconds(2);

  /** The first round is slow on a busy node, and that is where it is needed most. */
  private static final Duration LONGEST_ROUND = Duration.ofSeconds(5);

  private static final SessionLimits LIMITS =
      new SessionLimits(1, 1000, SessionLimits.LONGEST_HOLD);

  private final ConntrackTable source;
  private final ConntrackTable target;
  private final Transport transport;
  private final ScheduledExecutorService timer;
  private final InetAddress vm;

  SessionRehearsal(
      ConntrackTable source,
      ConntrackTable target,
      Transport transport,
      ScheduledExecutorService timer,
      InetAddress vm) {
    this.source = source;
    this.target = target;
    this.transport = transport;
    this.timer = timer;
    this.vm = vm;
  }

  /**
   * Plays until it is fluent, two seconds at most; the first round is always finished if that takes
   * no longer than another. Throws when a round comes to no end, which says why.
   */
  void play() throws IOException {
    long start = System.nanoTime();
    for (int round = 0; round < ROUNDS && System.nanoTime() - start < LONGEST.toNanos(); round++) {
      sync();
    }
  }

  private void sync() throws IOException {
    SyncOrder order =
        new SyncOrder(
            NAME,
            NAME,
            NAME,
            NAME,
            new SyncOrder.Nodes(NAME, NAME),
            Set.of(vm),
            SessionLimits.LONGEST_HOLD,
            SessionLimits.LONGEST_HOLD,
            SyncOrder.DeadlinePolicy.IGNORE);
    Endpoint here = freeEndpoint();
    CompletableFuture<Void> tidy = new CompletableFuture<>();
    try (SourceSessions leaving =
            new SourceSessions(
                SyncTables.ofNode(source),
                Set::of,
                new TransferOutlet(transport, TransferTimeouts.DEFAULTS, fault -> {}),
                (sync, progress) -> {},
                LIMITS,
                timer,
                Clock.systemUTC());
        TargetSessions arriving =
            new TargetSessions(
                SyncTables.ofNode(target),
                new TransferInlet(transport, TransferTimeouts.DEFAULTS, fault -> {}),
                (sync, progress) -> progress.cleanup().ifPresent(done -> tidy.complete(null)),
                Journals.NONE,
                LIMITS,
                timer,
                Clock.systemUTC());
        RehearsedGate gate = RehearsedGate.of(leaving, timer)) {
      Sessions gated = gate.sessions();
      arriving.incoming(NAME, NAME);
      CompletableFuture<HookVerdict> hook =
          arriving.waitFor(NAME, NAME).verdict().toCompletableFuture();
      arriving.assigned(order, here);
      gated.assigned(order, here);
      // A hook that was let go for want of time would look like an end.
      HookVerdict verdict = await(hook);
      if (!verdict.equals(new HookVerdict.Proceed(HookVerdict.Because.IMPORTED))) {
        throw new IOException("a rehearsed sync came to no end: " + verdict);
      }
      gate.pause(NAME);
      gated.concluded(order, Conclusion.ROLL_BACK);
      arriving.concluded(order, Conclusion.ROLL_BACK);
      var ignored = await(tidy);
    }
  }

  private static <T> T await(CompletableFuture<T> milestone) throws IOException {
    try {
      return milestone.get(LONGEST_ROUND.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new IOException("a rehearsed sync came to no end within " + LONGEST_ROUND, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted in a rehearsal", e);
    }
  }

  private static Endpoint freeEndpoint() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new Endpoint(free.getInetAddress(), free.getLocalPort());
    }
  }
}
