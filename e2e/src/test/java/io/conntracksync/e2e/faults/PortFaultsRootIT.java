package io.conntracksync.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.ConntrackNode;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.e2e.bed.DualStack;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.cluster.Cluster;
import io.conntracksync.e2e.process.Daemon;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLSocket;
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
      InetSocketAddress port = assignedPort("garbage");

      for (Garbage garbage : Garbage.ofStrangers()) {
        double before = faults(garbage.fault());

        assertThat(garbage.sendTo(port))
            .as("answer to %s: an alert of TLS at most", garbage)
            .hasSizeLessThanOrEqualTo(7);

        Awaitility.await(garbage + " is counted")
            .until(() -> faults(garbage.fault()) == before + 1);
      }
      waits.thaw();
    }

    assertImported("garbage");
  }

  @Test
  void strangersAreRefusedByTheirKeys(@TempDir Path folder) throws Exception {
    ForgedKey stranger = ForgedKey.make(folder);
    KubernetesClient admin = stage.cluster().controlPlane().admin();
    try (Frozen waits = Frozen.process(stage.agentOf(source).pid())) {
      create("strangers");
      InetSocketAddress port = assignedPort("strangers");

      assertRefused("tls_version", stranger, port, "TLSv1.2");
      assertRefused("unknown_key", stranger, port, "TLSv1.3");
      stranger.publishAs("nodec", admin);
      assertRefused("other_nodes_key", stranger, port, "TLSv1.3");
      waits.thaw();
    } finally {
      admin.resources(ConntrackNode.class).withName("nodec").delete();
    }

    assertImported("strangers");
  }

  private static void assertRefused(
      String fault, ForgedKey stranger, InetSocketAddress port, String protocol) {
    double before = faults(fault);
    // Again: a key that was published has not reached the target at once.
    Awaitility.await(fault + " is counted")
        .until(
            () -> {
              try (SSLSocket socket = stranger.connect(port, protocol)) {
                assertThat(Garbage.emptyFrame().sendOn(socket)).isEmpty();
              }
              return faults(fault) > before;
            });
  }

  /** A source that is not ours any more: whoever has its token can publish a key for it. */
  @Test
  void theSourceItselfIsNotBelieved(@TempDir Path folder) throws Exception {
    ForgedKey forged = ForgedKey.make(folder);
    KubernetesClient admin = stage.cluster().controlPlane().admin();
    String right = stage.conntrackNode(source).getStatus().certificateFingerprint();
    try (Frozen waits = Frozen.process(stage.agentOf(source).pid())) {
      create("forged");
      InetSocketAddress port = assignedPort("forged");
      forged.publishAs(source.name(), admin);
      awaitLetIn(forged, port);

      for (Garbage garbage : Garbage.ofTheSource()) {
        double before = faults(garbage.fault());

        try (SSLSocket socket = forged.connect(port, "TLSv1.3")) {
          var unused = garbage.sendOn(socket);
        }

        Awaitility.await(garbage + " is counted")
            .until(() -> faults(garbage.fault()) == before + 1);
      }
      ForgedKey.publish(source.name(), right, admin);
      waits.thaw();
    }

    assertImported("forged");
  }

  private static void awaitLetIn(ForgedKey source, InetSocketAddress port) {
    double before = faults("malformed");
    Awaitility.await("a frame is read")
        .until(
            () -> {
              try (SSLSocket socket = source.connect(port, "TLSv1.3")) {
                var unused = Garbage.emptyFrame().sendOn(socket);
              }
              return faults("malformed") > before;
            });
  }

  private static double faults(String fault) {
    return stage.transferFaults(target, fault);
  }

  private static InetSocketAddress assignedPort(String sync) {
    return stage.awaitListening(sync, target);
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
