package io.conntracksync.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.e2e.bed.DualStack;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.cluster.Cluster;
import io.conntracksync.e2e.process.Daemon;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ports and sockets that are taken, short, or spoken to by strangers. No VM is needed: the syncs
 * are made by hand, for an address of which the source has entries.
 */
final class PortFaultsRootIT {
  private static final DualStack VM = new DualStack("10.30.0.77", "fd00:30::77");
  private static final int ENTRIES = 5;

  private static Stage stage;
  private static Node source;
  private static Node target;

  @BeforeAll
  static void set() {
    stage = Stage.set("port-faults");
    source = stage.cluster().bed().nodeA();
    target = stage.cluster().bed().nodeB();
  }

  @AfterAll
  static void clear() {
    stage.close();
  }

  @BeforeEach
  void mend() {
    stage.mend();
    source.command("conntrack", "-F").run();
    for (int entry = 0; entry < ENTRIES; entry++) {
      TableView.addTcp(source, VM.v4(), 41000 + entry);
    }
  }

  @AfterEach
  void removeSyncs() {
    SyncByHand.removeAll(stage.cluster());
  }

  @Test
  void garbageOnTheAssignedPortIsCountedAndHarmsNothing() throws IOException {
    try (Frozen waits = Frozen.process(stage.agentOf(source).pid())) {
      create("garbage");
      InetSocketAddress port = new InetSocketAddress(target.addresses().v4(), assignedPort());

      for (Garbage garbage : Garbage.ofTheTransferPort()) {
        String series = "conntracksync_transfer_faults_total{fault=\"" + garbage.fault() + "\"}";
        double before = stage.agentOf(target).metric(series);

        garbage.sendTo(port);

        Awaitility.await(garbage + " is counted")
            .until(() -> stage.agentOf(target).metric(series) == before + 1);
      }
      waits.thaw();
    }

    assertImported("garbage");
  }

  private static int assignedPort() {
    return stage
        .awaitSync(
            "garbage",
            "is listened for",
            status ->
                status.assignment() != null
                    && status.target() != null
                    && Integer.valueOf(status.assignment().port()).equals(status.target().port()))
        .getStatus()
        .assignment()
        .port();
  }

  @Test
  void garbageOnTheHookSocketIsCountedAndHarmsNothing(@TempDir Path folder) throws IOException {
    // A unix socket's path is short; that of the build need not be.
    Path runtime = Files.createSymbolicLink(folder.resolve("run"), target.agentRuntime());
    Path socket = runtime.resolve("cts-hook");
    create("hook-garbage");

    for (Garbage garbage : Garbage.ofTheHookSocket()) {
      String series = "conntracksync_hook_faults_total{fault=\"" + garbage.fault() + "\"}";
      double before = stage.agentOf(target).metric(series);

      assertThat(garbage.sendTo(socket)).as("answer to %s", garbage).isEmpty();

      Awaitility.await(garbage + " is counted")
          .until(() -> stage.agentOf(target).metric(series) == before + 1);
    }

    assertImported("hook-garbage");
    assertThat(Garbage.ask(socket, "incoming shop_db -"))
        .as("the socket answers as before")
        .isEqualTo("ok\n");
    Files.delete(runtime);
  }

  @Test
  void aPortThatAnotherProcessHasIsReplaced() {
    stage.startAgent(target, "--ports=28300-28301");
    awaitPorts(28300);
    Path log = Path.of("target/port-faults/logs/squatter.log");
    try (Daemon squatter =
        Daemon.start(
            "squatter",
            log,
            Map.of(),
            target.enter("busybox", "nc", "-ll", "-p", "28300", "-e", "busybox", "cat"))) {
      Awaitility.await("the port is taken")
          .until(
              () -> {
                squatter.requireAlive();
                return target
                    .command("ss", "-tlnH", "sport", "=", ":28300")
                    .run()
                    .contains("28300");
              });

      create("squatted");

      assertThat(assertImported("squatted").getStatus().assignment().port()).isEqualTo(28301);
      assertThat(stage.operator().metric("conntracksync_operator_ports_refused_total"))
          .isPositive();
    }
  }

  @Test
  void whoFindsNoPortWaitsForOne() {
    stage.startAgent(target, "--ports=28310-28310");
    awaitPorts(28310);
    create("first");
    assertImported("first");

    create("second");

    ConntrackSync waits =
        stage.awaitSync("second", "is pending", status -> status.phase() == Phase.PENDING);
    assertThat(waits.getStatus().reason()).isEqualTo("PortsExhausted");
    assertThat(waits.getStatus().message()).contains("28310", target.name(), "--ports");

    stage
        .cluster()
        .controlPlane()
        .admin()
        .resources(ConntrackSync.class)
        .inNamespace(Cluster.NAMESPACE)
        .withName("first")
        .delete();

    assertThat(assertImported("second").getStatus().assignment().port()).isEqualTo(28310);
  }

  private static void awaitPorts(int first) {
    Awaitility.await("the agent has published its ports")
        .until(
            () ->
                Integer.valueOf(first)
                    .equals(stage.conntrackNode(target).getStatus().ports().first()));
  }

  private static ConntrackSync assertImported(String name) {
    ConntrackSync sync =
        stage.awaitSync(name, "is imported", status -> status.phase() == Phase.IMPORTED);
    assertThat(sync.getStatus().target().entriesApplied()).isEqualTo(ENTRIES);
    assertThat(TableView.of(target, VM)).isEqualTo(TableView.of(source, VM));
    return sync;
  }

  private static void create(String name) {
    SyncByHand.create(stage.cluster(), name, "db", source, target, VM.v4());
  }
}
