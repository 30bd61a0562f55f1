package io.conntracksync.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.api.v1alpha1.Backend;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.e2e.controlplane.Chart;
import io.conntracksync.e2e.controlplane.ControlPlane;
import io.conntracksync.e2e.controlplane.Place;
import io.conntracksync.e2e.operator.HandMadeAgent;
import io.conntracksync.e2e.process.FreePort;
import io.conntracksync.e2e.product.Build;
import io.conntracksync.e2e.product.OperatorProcess;
import io.conntracksync.e2e.product.SharedImages;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The chart and the operator on the API server of the build with the features of the oldest
 * Kubernetes that it can be: three minors back. What is older is left to {@link LevelsTest}.
 */
class OldestLevelRootIT {
  private static final Path WORK = Path.of("target/oldest-level");
  private static final String OLDEST = "1.33";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static ControlPlane controlPlane;
  private static KubernetesClient admin;

  @BeforeAll
  static void install() {
    controlPlane = ControlPlane.startAsOf(OLDEST, WORK.resolve("control-plane"), Place.loopback());
    admin = controlPlane.admin();
    Chart chart = Chart.ofCheckout(Build.ofThisCheckout().root(), WORK.resolve("archive"));
    new Installation(chart, controlPlane).install();
  }

  @AfterAll
  static void stop() {
    controlPlane.close();
  }

  @Test
  void theServerIsAsOldAsItSays() {
    // Its own version stays what it is.
    assertThat(admin.raw("/version"))
        .contains("\"emulationMajor\": \"1\"", "\"emulationMinor\": \"33\"");
  }

  @Test
  void theOperatorMakesItsWayWithASync() {
    HandMadeAgent.ready(admin, "old1", Backend.NETFILTER);
    HandMadeAgent.ready(admin, "old2", Backend.NETFILTER);
    try (OperatorProcess operator =
        OperatorProcess.start(
            SharedImages.ofThisCheckout(),
            Place.loopback(),
            FreePort.next(),
            controlPlane.kubeconfigOf(ControlPlane.SYSTEM_NAMESPACE, "conntracksync-operator"),
            WORK.resolve("logs/operator.log"),
            "--leader-election=false")) {
      create("old", "10.0.0.1");

      Awaitility.await("it is assigned")
          .atMost(PATIENCE)
          .until(
              () -> {
                ConntrackSync sync =
                    admin
                        .resources(ConntrackSync.class)
                        .inNamespace("default")
                        .withName("old")
                        .get();
                return sync.getStatus() != null && sync.getStatus().phase() == Phase.ASSIGNED;
              });
      assertThat(operator.isAlive()).isTrue();
    }
  }

  @Test
  void theDefinitionsRefuseWhatTheyShould() {
    assertThatThrownBy(() -> create("loopback", "127.0.0.1"))
        .hasMessageContaining("not an address that a VM keeps when it migrates");
  }

  @Test
  void thePoliciesAreInForce() {
    HandMadeAgent.bareNode(admin, "mine");
    HandMadeAgent.bareNode(admin, "yours");
    try (KubernetesClient agent =
        controlPlane.client(
            controlPlane.nodeBoundKubeconfig(
                ControlPlane.SYSTEM_NAMESPACE, "conntracksync-agent", "mine"))) {
      Awaitility.await("another node's object is refused, and by the policy")
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> HandMadeAgent.introduce(agent, "yours"))
                      .hasMessageContaining("the agent of node mine may not write"));
      HandMadeAgent.introduce(agent, "mine");
    }
  }

  private static void create(String name, String address) {
    controlPlane
        .adminKubectl("create", "--filename=-")
        .reading(
            """
            apiVersion: conntracksync.io/v1alpha1
            kind: ConntrackSync
            metadata: {name: %s, namespace: default}
            spec: {virtualMachineInstance: vm, sourceNode: old1, targetNode: old2, addresses: [%s]}
            """
                .formatted(name, address))
        .run();
  }
}
