package io.conntracksync.e2e.plain;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.CleanupOutcome;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.api.v1alpha1.SwitchoverAnnouncer;
import io.conntracksync.api.v1alpha1.SwitchoverOutcome;
import io.conntracksync.e2e.bed.DomainState;
import io.conntracksync.e2e.bed.EchoConnection;
import io.conntracksync.e2e.bed.MigrationOptions;
import io.conntracksync.e2e.bed.MigrationResult;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.bed.VirtualMachine;
import io.conntracksync.e2e.cluster.Cluster;
import io.conntracksync.e2e.process.Command;
import io.conntracksync.e2e.product.AgentProcess;
import io.conntracksync.e2e.product.Build;
import io.conntracksync.e2e.product.OperatorProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** kubectl and virsh are all that a user has; there is no gate and no object of KubeVirt. */
final class PlainLibvirtRootIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Path WORK = Path.of("target", "plain-libvirt").toAbsolutePath();
  private static final int ENDED_EARLY = 40001;

  private static final Map<Node, AgentProcess> AGENTS = new ConcurrentHashMap<>();

  private static Cluster cluster;
  private static OperatorProcess operator;
  private static PublishedExample example;

  private VirtualMachine vm;
  private Node source;
  private Node target;

  @BeforeAll
  static void install() throws IOException {
    example = PublishedExample.read();
    cluster = Cluster.up(Build.ofThisCheckout(), WORK);
    try {
      cluster.installHooks();
      cluster.bed().nodes().forEach(PlainLibvirtRootIT::startAgent);
      operator = cluster.startOperator();
    } catch (RuntimeException e) {
      AGENTS.values().forEach(AgentProcess::close);
      cluster.close();
      throw e;
    }
  }

  private static void startAgent(Node node) {
    AGENTS.put(node, cluster.startAgent(node));
  }

  @AfterAll
  static void remove() {
    operator.close();
    AGENTS.values().forEach(AgentProcess::close);
    cluster.close();
  }

  @BeforeEach
  void startTheVm() {
    source = cluster.bed().nodeA();
    target = cluster.bed().nodeB();
    cluster.bed().nodes().forEach(node -> node.command("conntrack", "-F").run());
    cluster.bed().nodes().stream()
        .filter(node -> !AGENTS.get(node).isAlive())
        .forEach(PlainLibvirtRootIT::startAgent);
    vm = cluster.bed().virtualMachine(PublishedExample.NAMESPACE, PublishedExample.VM);
    vm.create(source);
  }

  @AfterEach
  void destroyTheVm() {
    cluster.bed().nodes().forEach(vm::destroy);
  }

  @Test
  void aMigrationKeepsConnectionsAndTheSyncEndsByItself() throws Exception {
    addEntryThatEndsEarly();
    try (EchoConnection four = connect(vm.addresses().v4());
        EchoConnection six = connect(vm.addresses().v6())) {
      applyAndAwaitImport("web-1");
      CompletableFuture<MigrationResult> migration = migrate(MigrationOptions.withBandwidth(20));
      awaitCopying();
      try (EchoConnection late = connect(vm.addresses().v4())) {
        source.command("conntrack", "-D", "-p", "tcp", "--sport", "" + ENDED_EARLY).run();
        migration.get(5, TimeUnit.MINUTES).orThrow();

        answers(four);
        answers(six);
        answers(late);
      }
    }

    ConntrackSyncStatus status = awaitSync("web-1", "is completed", isIn(Phase.COMPLETED));
    assertThat(status.reason()).isEqualTo("EntriesKept");
    assertThat(status.target().cleanup().outcome()).isEqualTo(CleanupOutcome.KEPT);
    assertThat(status.target().cleanup().entries()).isPositive();
    assertToldByLibvirt(status);
    assertThat(entries(target)).noneMatch(line -> line.contains("sport=" + ENDED_EARLY + " "));
    awaitNothingUnderWay();
  }

  @Test
  void aMigrationThatIsAbortedLeavesNothing() throws Exception {
    Set<String> before = entries(target);
    try (EchoConnection four = connect(vm.addresses().v4());
        EchoConnection six = connect(vm.addresses().v6())) {
      applyAndAwaitImport("web-2");
      CompletableFuture<MigrationResult> migration = migrate(MigrationOptions.withBandwidth(5));
      awaitCopying();
      assertThat(entries(target)).hasSizeGreaterThan(before.size());
      source.virsh("domjobabort", vm.domain()).run();
      assertThat(migration.get(5, TimeUnit.MINUTES)).isInstanceOf(MigrationResult.Failed.class);

      ConntrackSyncStatus status = awaitSync("web-2", "has failed", isIn(Phase.FAILED));
      assertThat(status.reason()).isEqualTo("EntriesRemoved");
      assertThat(status.target().cleanup().outcome()).isEqualTo(CleanupOutcome.REMOVED);
      assertThat(status.target().cleanup().entries()).isPositive();
      assertThat(entries(target)).isEqualTo(before);
      assertThat(vm.state(source)).isEqualTo(DomainState.RUNNING);
      answers(four);
      answers(six);
    }
    awaitNothingUnderWay();
  }

  @Test
  void withPostCopyTheConnectionsSurviveAsWell() throws Exception {
    try (EchoConnection four = connect(vm.addresses().v4());
        EchoConnection six = connect(vm.addresses().v6())) {
      applyAndAwaitImport("web-3");
      CompletableFuture<MigrationResult> migration =
          migrate(MigrationOptions.postCopyWithBandwidth(5));
      awaitCopying();
      source.virsh("migrate-postcopy", vm.domain()).run();
      ConntrackSyncStatus status = awaitSync("web-3", "is completed", isIn(Phase.COMPLETED));
      migration.get(5, TimeUnit.MINUTES).orThrow();

      answers(four);
      answers(six);
      assertThat(status.target().cleanup().outcome()).isEqualTo(CleanupOutcome.KEPT);
      assertToldByLibvirt(status);
    }
    awaitNothingUnderWay();
  }

  @Test
  void aPauseThatIsNoSwitchoverIsForgotten() throws Exception {
    try (EchoConnection four = connect(vm.addresses().v4())) {
      applyAndAwaitImport("web-4");
      source.virsh("suspend", vm.domain()).run();
      awaitSync("web-4", "knows of the pause", PlainLibvirtRootIT::isAnnounced);
      source.virsh("resume", vm.domain()).run();

      try (EchoConnection late = connect(vm.addresses().v4())) {
        migrate(MigrationOptions.fast()).get(5, TimeUnit.MINUTES).orThrow();
        answers(four);
        answers(late);
      }
      awaitSync("web-4", "is completed", isIn(Phase.COMPLETED));
    }
  }

  @Test
  void anAgentThatWasAwayMeanwhileSeesThatTheVmRuns() throws Exception {
    try (EchoConnection four = connect(vm.addresses().v4())) {
      applyAndAwaitImport("web-5");
      AGENTS.get(target).kill();
      migrate(MigrationOptions.fast()).get(5, TimeUnit.MINUTES).orThrow();
      answers(four);

      startAgent(target);
      ConntrackSyncStatus status = awaitSync("web-5", "is completed", isIn(Phase.COMPLETED));
      assertThat(status.target().restarts()).isOne();
      assertThat(status.target().cleanup().outcome()).isEqualTo(CleanupOutcome.KEPT);
      answers(four);
    }
  }

  private void addEntryThatEndsEarly() {
    source
        .command(
            "conntrack",
            "-I",
            "--protonum=tcp",
            "--src=" + cluster.bed().client().addresses().v4(),
            "--dst=" + vm.addresses().v4(),
            "--sport=" + ENDED_EARLY,
            "--dport=7",
            "--state=ESTABLISHED",
            "--status=ASSURED",
            "--timeout=600")
        .run();
  }

  private static void applyAndAwaitImport(String name) {
    kubectl("apply", "-f", "-").reading(example.named(name)).run();
    kubectl(
            "wait",
            "--for=condition=Imported",
            "--timeout=60s",
            "-n",
            PublishedExample.NAMESPACE,
            "cts/" + name)
        .within(PATIENCE)
        .run();
  }

  private static Command kubectl(String... words) {
    return Command.of(words)
        .after(
            List.of(
                cluster.controlPlane().kubectl().toString(),
                "--kubeconfig",
                cluster.controlPlane().kubeconfig().toString()));
  }

  private CompletableFuture<MigrationResult> migrate(MigrationOptions options) {
    return CompletableFuture.supplyAsync(() -> vm.migrate(source, target, options));
  }

  private void awaitCopying() {
    Awaitility.await("memory is being copied")
        .atMost(PATIENCE)
        .until(
            () ->
                source
                    .virsh("domjobinfo", vm.domain())
                    .tryRun()
                    .output()
                    .contains("Memory processed"));
  }

  private static EchoConnection connect(String address) {
    return EchoConnection.open(cluster.bed().client(), address);
  }

  private static void answers(EchoConnection connection) {
    connection.send();
    connection.awaitEchoes();
  }

  private static void assertToldByLibvirt(ConntrackSyncStatus status) {
    assertThat(status.source().switchover().announcedBy()).isEqualTo(SwitchoverAnnouncer.LIBVIRT);
    assertThat(status.source().switchover().outcome()).isEqualTo(SwitchoverOutcome.DRAINED);
  }

  private static boolean isAnnounced(ConntrackSyncStatus status) {
    return status.source() != null && status.source().switchover() != null;
  }

  private static Predicate<ConntrackSyncStatus> isIn(Phase phase) {
    return status -> status.phase() == phase;
  }

  private static ConntrackSyncStatus awaitSync(
      String name, String what, Predicate<ConntrackSyncStatus> condition) {
    return Awaitility.await(name + " " + what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                cluster
                    .controlPlane()
                    .admin()
                    .resources(ConntrackSync.class)
                    .inNamespace(PublishedExample.NAMESPACE)
                    .withName(name)
                    .get()
                    .getStatus(),
            status -> status != null && condition.test(status));
  }

  private void awaitNothingUnderWay() {
    Map.of("source", source, "target", target)
        .forEach(
            (role, node) ->
                Awaitility.await("the sync is over in the " + role + "'s agent")
                    .atMost(PATIENCE)
                    .until(
                        () ->
                            AGENTS
                                    .get(node)
                                    .metric("conntracksync_syncs_under_way{role=\"" + role + "\"}")
                                == 0));
  }

  /** The VM's entries, without their timeouts. */
  private Set<String> entries(Node node) {
    return Map.of("ipv4", vm.addresses().v4(), "ipv6", vm.addresses().v6()).entrySet().stream()
        .flatMap(
            family ->
                node.command("conntrack", "-L", "-f", family.getKey(), "-o", "extended")
                    .run()
                    .lines()
                    .filter(line -> line.contains("=" + family.getValue() + " ")))
        .map(line -> line.replaceFirst("^(\\S+\\s+\\d+\\s+\\S+\\s+\\d+)\\s+\\d+\\s", "$1 "))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
