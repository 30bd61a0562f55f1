package io.conntracksync.e2e.faults;

import io.conntracksync.api.v1alpha1.ConntrackNode;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.e2e.bed.BedSettings;
import io.conntracksync.e2e.bed.DomainState;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.cluster.Cluster;
import io.conntracksync.e2e.cluster.MigrationStory;
import io.conntracksync.e2e.product.AgentProcess;
import io.conntracksync.e2e.product.Build;
import io.conntracksync.e2e.product.OperatorProcess;
import io.conntracksync.e2e.product.SharedImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/**
 * A cluster with ConntrackSync whose programs may be ended, frozen and started again. {@link #mend}
 * puts back what a test broke.
 */
final class Stage implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path work;
  private final Cluster cluster;
  private final Map<String, AgentProcess> agents = new ConcurrentHashMap<>();
  private final Map<String, List<String>> agentSettings = new ConcurrentHashMap<>();
  private OperatorProcess operator;
  private MigrationStory story;

  private Stage(Path work, Cluster cluster) {
    this.work = work;
    this.cluster = cluster;
  }

  /** Everything runs, but there is no VM yet; logs and state are in {@code target/<name>}. */
  static Stage set(String name) {
    return set(name, Cluster.stockBed(Build.ofThisCheckout()));
  }

  /** The same, with the gate in both nodes' libvirt. */
  static Stage setWithGate(String name) {
    Build build = Build.ofThisCheckout();
    return set(name, Cluster.stockBed(build).withGate(build.gate()));
  }

  private static Stage set(String name, BedSettings settings) {
    Path work = Path.of("target", name).toAbsolutePath();
    Stage stage = new Stage(work, Cluster.up(SharedImages.ofThisCheckout(), work, settings));
    try {
      stage.mend();
      return stage;
    } catch (RuntimeException e) {
      stage.close();
      throw e;
    }
  }

  /** Hooks, agents with their usual settings, and the operator: whatever is not there. */
  void mend() {
    cluster.installHooks();
    CompletableFuture<?>[] starts =
        cluster.bed().nodes().stream()
            .filter(node -> !runsAsUsual(node))
            .map(node -> CompletableFuture.runAsync(() -> startAgent(node)))
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(starts).join();
    if (operator == null || !operator.isAlive()) {
      startOperator();
    }
  }

  private boolean runsAsUsual(Node node) {
    AgentProcess agent = agents.get(node.name());
    return agent != null && agent.isAlive() && agentSettings.get(node.name()).isEmpty();
  }

  /** Starts the node's agent, in place of the one that runs. */
  AgentProcess startAgent(Node node, String... settings) {
    AgentProcess before = agents.get(node.name());
    if (before != null) {
      before.close();
    }
    AgentProcess agent = cluster.startAgent(node, settings);
    agents.put(node.name(), agent);
    agentSettings.put(node.name(), List.of(settings));
    return agent;
  }

  // There is one: without election a new one works at once, and a hanging API server ends none.
  OperatorProcess startOperator() {
    operator = cluster.startOperator("--leader-election=false");
    return operator;
  }

  OperatorProcess operator() {
    return operator;
  }

  AgentProcess agentOf(Node node) {
    return agents.get(node.name());
  }

  Cluster cluster() {
    return cluster;
  }

  /** The VM, running: the one of the tests before, or a new one. */
  MigrationStory story() {
    if (story != null && story.vm().state(node()) == DomainState.RUNNING) {
      return story;
    }
    if (story != null) {
      cluster.bed().nodes().forEach(node -> story.vm().destroy(node));
      story.vmi().delete();
    }
    story = MigrationStory.begin(cluster, "db-" + System.nanoTime(), cluster.bed().nodeA());
    return story;
  }

  private Node node() {
    return source(story);
  }

  /** The node where it runs. */
  Node source(MigrationStory of) {
    return cluster.bed().nodes().stream()
        .filter(node -> node.name().equals(of.vmi().node()))
        .findFirst()
        .orElseThrow();
  }

  /** The other node. */
  Node target(MigrationStory of) {
    return cluster.bed().nodes().stream()
        .filter(node -> !node.name().equals(of.vmi().node()))
        .findFirst()
        .orElseThrow();
  }

  /** Hangs the API server until it is thawed. */
  Frozen freezeApiServer() {
    Path file = work.resolve("control-plane/kube-apiserver.pid");
    try {
      return Frozen.process(Long.parseLong(Files.readString(file).split(" ", 2)[0]));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** Waits until the sync is so, and returns it. */
  ConntrackSync awaitSync(String name, String what, Predicate<ConntrackSyncStatus> condition) {
    return Awaitility.await(name + " " + what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> cluster.sync(name).orElse(null),
            sync -> sync != null && sync.getStatus() != null && condition.test(sync.getStatus()));
  }

  /** Where the sync's target listens for its source, as soon as it does. */
  InetSocketAddress awaitListening(String sync, Node target) {
    int port =
        awaitSync(
                sync,
                "is listened for",
                status ->
                    status.assignment() != null
                        && status.target() != null
                        && Integer.valueOf(status.assignment().port())
                            .equals(status.target().port()))
            .getStatus()
            .assignment()
            .port();
    return new InetSocketAddress(target.addresses().v4(), port);
  }

  /** How often the node's agent has counted this fault of a peer. */
  double transferFaults(Node node, String fault) {
    return agentOf(node).metric("conntracksync_transfer_faults_total{fault=\"" + fault + "\"}");
  }

  /** What the node's agent says of itself. */
  ConntrackNode conntrackNode(Node node) {
    return cluster
        .controlPlane()
        .admin()
        .resources(ConntrackNode.class)
        .withName(node.name())
        .get();
  }

  @Override
  public void close() {
    try {
      if (operator != null) {
        operator.close();
      }
      agents.values().forEach(AgentProcess::close);
    } finally {
      cluster.close();
    }
  }
}
