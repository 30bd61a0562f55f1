package io.conntracksync.node.agent;

import io.conntracksync.node.gatekeeping.GateDesk;
import io.conntracksync.node.gatekeeping.GateSocket;
import io.conntracksync.node.gatekeeping.HookDesk;
import io.conntracksync.node.gatekeeping.HookSocket;
import io.conntracksync.node.gatekeeping.SocketAccess;
import io.conntracksync.node.launcher.Launchers;
import io.conntracksync.node.libvirt.LibvirtLoop;
import io.conntracksync.node.pod.HookObserver;
import io.conntracksync.node.pod.LauncherGates;
import io.conntracksync.node.pod.LauncherHooks;
import io.conntracksync.node.pod.LauncherWatches;
import io.conntracksync.node.pod.OneDomainDesk;
import io.conntracksync.node.pod.PodSessions;
import io.conntracksync.node.session.Sessions;
import io.conntracksync.node.session.SourceSessions;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.SyncOrder.Witness;
import io.conntracksync.node.session.TargetSessions;
import io.conntracksync.node.session.WitnessedSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done in the launcher pods of this node for the syncs that are under way: their libvirts
 * are listened to, hooks are put into those that VMs reach, gates are answered in those that VMs
 * leave.
 */
final class PodSide implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PodSide.class);

  /** A pod's libvirt prepares one migration, or pauses one domain, in one thread or two. */
  private static final int CONNECTIONS = 4;

  private final Settings settings;
  private final FaultMeters faults;
  private final ScheduledExecutorService timer;
  private final Launchers launchers;
  private final LauncherWatches libvirts;
  private final Deque<Runnable> closings = new ArrayDeque<>();
  private Optional<LauncherHooks> hooks = Optional.empty();

  PodSide(Settings settings, FaultMeters faults, LibvirtLoop loop, ScheduledExecutorService timer) {
    this.settings = settings;
    this.faults = faults;
    this.timer = timer;
    this.launchers = new Launchers(settings.kubelet());
    this.libvirts = new LauncherWatches(launchers, loop, 2 * settings.maxSyncs());
    closings.push(libvirts::close);
  }

  Launchers launchers() {
    return launchers;
  }

  /** Libvirts that are listened to. */
  int connected() {
    return libvirts.connected();
  }

  /**
   * These sessions, with what they want in the pods that VMs leave.
   *
   * @param sessions knows which syncs are under way, and is told of pauses
   */
  Sessions left(Sessions rest, SourceSessions sessions, GateDesk desk) {
    LauncherGates gates =
        new LauncherGates(
            launchers,
            (order, path) ->
                GateSocket.open(path, access(), order.domain(), desk, faults::countOfGate, timer));
    closings.push(gates::close);
    Function<SyncOrder, Optional<String>> source =
        order -> sessions.carries(order.uid()) ? order.pods().source() : Optional.empty();
    Sessions heard = new PodSessions(rest, source, libvirts.telling(sessions));
    return new PodSessions(heard, source, gates);
  }

  /**
   * These sessions, with what they want in the pods that VMs reach.
   *
   * @param sessions knows which syncs are under way
   */
  Sessions reached(
      WitnessedSessions witnessed, TargetSessions sessions, HookDesk desk, HookObserver observer) {
    LauncherHooks opened =
        new LauncherHooks(
            launchers,
            hookProgram(),
            (order, path) ->
                HookSocket.open(
                    path,
                    access(),
                    new OneDomainDesk(order.domain(), desk),
                    faults::countOfHook,
                    timer),
            (order, result, message) -> {
              faults.count(result);
              observer.told(order, result, message);
            });
    closings.push(opened::close);
    hooks = Optional.of(opened);
    Function<SyncOrder, Optional<String>> target =
        order -> sessions.carries(order.uid()) ? order.pods().target() : Optional.empty();
    // The others end by what KubeVirt says: whatever a launcher tells changes nothing.
    Function<SyncOrder, Optional<String>> witness =
        order -> order.witness() == Witness.LIBVIRT ? target.apply(order) : Optional.empty();
    Sessions heard = new PodSessions(witnessed, witness, libvirts.telling(witnessed));
    return new PodSessions(heard, target, opened);
  }

  /** What an agent that was killed has left in the pods of this node. */
  void takeAwayLeft() {
    hooks.ifPresent(LauncherHooks::takeAwayLeft);
  }

  private Optional<byte[]> hookProgram() {
    try {
      return Optional.of(Files.readAllBytes(settings.hookBinary()));
    } catch (IOException e) {
      LOG.atInfo()
          .addKeyValue(AgentLogKeys.PATH, settings.hookBinary())
          .log("there is no hook for launcher pods here, --hook-binary: none is put into them");
      return Optional.empty();
    }
  }

  private SocketAccess access() {
    return settings.socketAccess(CONNECTIONS);
  }

  /** Takes away what is in the pods; before the sessions end, which its sockets ask. */
  @Override
  public void close() {
    while (!closings.isEmpty()) {
      closings.pop().run();
    }
  }
}
