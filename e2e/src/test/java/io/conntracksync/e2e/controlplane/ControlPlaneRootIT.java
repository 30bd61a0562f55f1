package io.conntracksync.e2e.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.e2e.process.Command;
import io.conntracksync.e2e.process.Daemon;
import io.conntracksync.e2e.product.Build;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReview;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedControlPlane.class)
class ControlPlaneRootIT {
  private static final String ACCOUNT = "identity-test";

  private final ControlPlane controlPlane;
  private final KubernetesClient admin;

  ControlPlaneRootIT(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
    admin = controlPlane.admin();
  }

  @Test
  void theServerKnowsItsVersion() {
    assertThat(admin.getKubernetesVersion().getGitVersion()).startsWith("v1.");
  }

  @Test
  void anAgentsTokenNamesItsNode() {
    // given
    admin
        .resource(new NodeBuilder().withNewMetadata().withName("token-node").endMetadata().build())
        .serverSideApply();

    // when
    UserInfo user = whoIs(controlPlane.nodeBoundKubeconfig("default", ACCOUNT, "token-node"));

    // then
    assertThat(user.getUsername()).isEqualTo("system:serviceaccount:default:" + ACCOUNT);
    assertThat(user.getExtra())
        .containsEntry("authentication.kubernetes.io/node-name", List.of("token-node"))
        .containsKey("authentication.kubernetes.io/node-uid");
  }

  @Test
  void aPlainTokenNamesNoNode() {
    UserInfo user = whoIs(controlPlane.kubeconfigOf("default", ACCOUNT));

    assertThat(user.getUsername()).isEqualTo("system:serviceaccount:default:" + ACCOUNT);
    assertThat(user.getExtra()).doesNotContainKey("authentication.kubernetes.io/node-name");
  }

  @Test
  void aTokenForAnUnknownNodeIsRefusedWithWhatToDo() {
    assertThatThrownBy(() -> controlPlane.nodeBoundKubeconfig("default", ACCOUNT, "nowhere"))
        .hasMessageContaining("no Node nowhere")
        .hasMessageContaining("create it");
  }

  @Test
  void theChartsRightsAreAllThatAnAccountMay(@TempDir Path folder) {
    controlPlane.installRights(Chart.ofCheckout(Build.ofThisCheckout().root(), folder));

    Path kubeconfig =
        controlPlane.kubeconfigOf(ControlPlane.SYSTEM_NAMESPACE, "conntracksync-operator");
    try (KubernetesClient client = controlPlane.client(kubeconfig)) {
      client.resources(ConntrackSync.class).inAnyNamespace().list();
      client.leases().inNamespace(ControlPlane.SYSTEM_NAMESPACE).list();
      assertForbidden(() -> client.leases().inNamespace("default").list());
      assertForbidden(() -> client.secrets().inNamespace(ControlPlane.SYSTEM_NAMESPACE).list());
    }
  }

  private static void assertForbidden(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403));
  }

  @Test
  void whatIsOwnedGoesWithItsOwner() {
    // given
    var owner =
        admin
            .resource(
                new ConfigMapBuilder()
                    .withNewMetadata()
                    .withNamespace("default")
                    .withName("owner")
                    .endMetadata()
                    .build())
            .create();
    var owned =
        admin.resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("owned")
                .withOwnerReferences(
                    new OwnerReferenceBuilder()
                        .withApiVersion("v1")
                        .withKind("ConfigMap")
                        .withName("owner")
                        .withUid(owner.getMetadata().getUid())
                        .build())
                .endMetadata()
                .build());
    owned.create();

    // when
    admin.resource(owner).delete();

    // then
    Awaitility.await("the owned object is collected")
        .atMost(Duration.ofSeconds(60))
        .until(() -> owned.get() == null);
  }

  @Test
  void aFolderInUseIsNotTaken() {
    assertThatThrownBy(() -> ControlPlane.start(Path.of("target/control-plane"), Place.loopback()))
        .hasMessageContaining("another control plane runs in");
  }

  @Test
  void aLaterRunEndsWhatAKilledOneLeftBehind(@TempDir Path folder) throws IOException {
    // given a process that looks like the store of a run whose program was killed
    try (Daemon leftover =
        Daemon.start("leftover", folder.resolve("log"), Map.of(), List.of("sleep", "1000"))) {
      String stat = Files.readString(Path.of("/proc/" + leftover.pid() + "/stat"));
      Files.writeString(
          folder.resolve("etcd.pid"), leftover.pid() + " " + stat.split(" ", -1)[21] + "\n");

      // when
      Servers.endLeftovers(folder);

      // then
      assertThat(leftover.isAlive()).isFalse();
      assertThat(folder.resolve("etcd.pid")).doesNotExist();
    }
  }

  @Test
  void anotherProcessOfTheSameIdIsLeftAlone(@TempDir Path folder) throws IOException {
    try (Daemon other =
        Daemon.start("other", folder.resolve("log"), Map.of(), List.of("sleep", "1000"))) {
      Files.writeString(folder.resolve("etcd.pid"), other.pid() + " 1\n");

      Servers.endLeftovers(folder);

      assertThat(other.isAlive()).isTrue();
    }
  }

  @Test
  void itRunsInANetworkNamespaceAndLeavesNothingThere(@TempDir Path folder) {
    // given a namespace that this one reaches over a cable
    String name = "ctscp-" + ProcessHandle.current().pid();
    Command.of("ip", "netns", "add", name).run();
    try {
      cable(name);

      // when
      try (ControlPlane inside =
          ControlPlane.start(
              folder, new Place(List.of("ip", "netns", "exec", name), "198.18.77.2"))) {
        assertThat(inside.admin().namespaces().withName("default").get()).isNotNull();
        assertThat(Command.of("ip", "netns", "pids", name).run().lines()).hasSize(3);
      }

      // then
      assertThat(Command.of("ip", "netns", "pids", name).run()).isBlank();
    } finally {
      Command.of("ip", "netns", "del", name).run();
    }
  }

  // 198.18.0.0/15 is set aside for tests of networks (RFC 2544). The cable goes with its namespace.
  private static void cable(String name) {
    Command.of("ip", "link", "add", name, "type", "veth", "peer", "name", "up0", "netns", name)
        .run();
    Command.of("ip", "addr", "add", "198.18.77.1/30", "dev", name).run();
    Command.of("ip", "link", "set", name, "up").run();
    Command.of("ip", "-n", name, "addr", "add", "198.18.77.2/30", "dev", "up0").run();
    Command.of("ip", "-n", name, "link", "set", "up0", "up").run();
    Command.of("ip", "-n", name, "link", "set", "lo", "up").run();
  }

  private UserInfo whoIs(Path kubeconfig) {
    try (KubernetesClient client = controlPlane.client(kubeconfig)) {
      return client.resource(new SelfSubjectReview()).create().getStatus().getUserInfo();
    }
  }
}
