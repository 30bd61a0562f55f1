package io.conntracksync.node.agent;

import io.conntracksync.node.kube.NodeCertificates;
import io.conntracksync.node.kube.NodePresence;
import io.conntracksync.node.kube.NodeReason;
import io.conntracksync.node.kube.StatusRehearsal;
import io.conntracksync.node.kube.SyncWatch;
import io.conntracksync.node.session.Finding;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFill;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the parts in the order in which each finds what it needs, and stops them the other way
 * round. Ready is said last: the operator assigns syncs from then on.
 */
final class Agent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

  private final Settings settings;
  private final Parts parts;
  private final Health health = new Health();
  private final Deque<Step> started = new ArrayDeque<>();
  private Stage stage = Stage.NEW;
  private int httpPort;

  Agent(Settings settings, Parts parts) {
    this.settings = settings;
    this.parts = parts;
    // There before the start, so that they are let go of without one.
    for (int i = parts.connections().size() - 1; i >= 0; i--) {
      started.push(new Step("connection to the API server", parts.connections().get(i)));
    }
    started.push(new Step("sessions", parts.side()));
  }

  /**
   * What an agent is made of.
   *
   * @param side the node's table, sessions and sockets
   * @param status what is written of syncs, played through before the node is ready
   * @param presence tells the cluster that this node is here
   * @param nodes what the agents of other nodes are recognised by
   * @param watches of the syncs, one for each role
   * @param meters what is served under {@code /metrics}
   * @param connections to the API server, closed last, in this order
   */
  record Parts(
      NodeSide side,
      StatusRehearsal status,
      NodePresence presence,
      NodeCertificates nodes,
      List<SyncWatch> watches,
      PrometheusMeterRegistry meters,
      List<AutoCloseable> connections) {
    Parts {
      watches = List.copyOf(watches);
      connections = List.copyOf(connections);
    }
  }

  private enum Stage {
    NEW,
    STARTED,
    CLOSED
  }

  /** Something that runs, and what it is called in the log should it not stop. */
  private record Step(String name, AutoCloseable part) {}

  /** Returns when all is under way; the API server need not be there for that. */
  synchronized void start() throws StartException {
    if (stage != Stage.NEW) {
      return;
    }
    stage = Stage.STARTED;
    HttpEndpoints http = HttpEndpoints.open(settings.httpPort(), health, parts.meters());
    httpPort = http.port();
    started.push(new Step("http", http));
    readTable();
    rehearse();
    started.push(new Step("sockets", openSockets()));
    started.push(new Step("watch of nodes", parts.nodes()));
    for (SyncWatch watch : parts.watches()) {
      started.push(new Step("watch", watch));
    }
    parts.presence().start();
    started.push(new Step("presence", parts.presence()::stop));
    watch();
  }

  /** Where probes and metrics are served, once started. */
  synchronized int httpPort() {
    return httpPort;
  }

  /** Without its table an agent is none. */
  private void readTable() throws StartException {
    try {
      TableFill fill = parts.side().table().fill();
      LOG.atInfo()
          .addKeyValue(AgentLogKeys.VERSION, AgentVersion.text())
          .addKeyValue(AgentLogKeys.NODE, settings.node())
          .addKeyValue(AgentLogKeys.ADDRESS, settings.address().getHostAddress())
          .addKeyValue(AgentLogKeys.FORMAT, parts.side().table().format())
          .addKeyValue(AgentLogKeys.ENTRIES, fill.entries())
          .addKeyValue(AgentLogKeys.CAPACITY, fill.capacity())
          .log("agent starting");
    } catch (TableException error) {
      throw new StartException(error.getMessage(), error);
    }
  }

  /** What is loaded and compiled now is what no migration waits for. */
  private void rehearse() {
    try {
      parts.side().rehearse();
    } catch (IOException error) {
      LOG.atWarn().setCause(error).log("rehearsal failed, the first migration may take longer");
    }
  }

  private AutoCloseable openSockets() throws StartException {
    try {
      return parts.side().openSockets();
    } catch (IOException error) {
      throw new StartException(
          "the hook socket "
              + settings.hookSocket()
              + ", or the folder of the gates beside it, cannot be opened: "
              + error.getMessage()
              + "; check --hook-socket and the rights on its directory",
          error);
    }
  }

  private void watch() {
    // First, for a session that finds no key of its peer can only try again.
    List<CompletableFuture<Void>> known = new ArrayList<>(List.of(parts.nodes().start()));
    parts.watches().forEach(watch -> known.add(watch.start()));
    var unused =
        CompletableFuture.allOf(known.toArray(CompletableFuture[]::new))
            // Not in the watch's thread: it asks the API server.
            .thenRunAsync(this::tidy)
            .thenRun(parts.status()::play)
            .thenRun(() -> say(NodeReason.READY.finding(readiness())));
    List<CompletableFuture<Void>> ends = new ArrayList<>(List.of(parts.nodes().stopped()));
    parts.watches().forEach(watch -> ends.add(watch.stopped()));
    for (CompletableFuture<Void> end : ends) {
      var ignored = end.whenComplete((done, fault) -> watchEnded(fault));
    }
  }

  private String readiness() {
    String ready = "syncs from and to this node are carried out";
    Optional<String> advice = parts.side().advice();
    advice.ifPresent(
        text -> LOG.atWarn().addKeyValue(AgentLogKeys.ADVICE, text).log("node could do more"));
    return advice.map(text -> ready + "; " + text).orElse(ready);
  }

  /** Only now it is known which syncs there are. */
  private void tidy() {
    Set<String> syncs = new HashSet<>();
    parts.watches().forEach(watch -> syncs.addAll(watch.uids()));
    parts.side().onlyTheseExist(syncs);
  }

  private void say(Finding ready) {
    health.report(ready);
    parts.presence().report(ready);
    LOG.atInfo().log("agent ready");
  }

  /** Without a watch nothing new is heard of: the process must be started again. */
  private void watchEnded(Throwable fault) {
    if (fault == null) {
      return;
    }
    LOG.atError().setCause(fault).log("a watch ended, the agent must be started again");
    Finding stopped =
        NodeReason.WATCH_STOPPED.finding(
            "a watch of the API server ended, see the agent's log; it must be started again");
    health.broken(stopped);
    parts.presence().report(stopped);
  }

  /** Stops what was started, newest first; twice is once. */
  @Override
  public synchronized void close() {
    if (stage == Stage.CLOSED) {
      return;
    }
    stage = Stage.CLOSED;
    health.report(NodeReason.STOPPED.finding("the agent stops"));
    while (!started.isEmpty()) {
      stop(started.pop());
    }
    LOG.atInfo().log("agent stopped");
  }

  /** One part that does not stop must not keep the others running. */
  private static void stop(Step step) {
    try {
      step.part().close();
    } catch (Exception fault) {
      LOG.atWarn()
          .addKeyValue(AgentLogKeys.PART, step.name())
          .setCause(fault)
          .log("part did not stop");
    }
  }
}
