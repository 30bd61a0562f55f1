package io.conntracksync.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.HookOutcome;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.e2e.bed.DualStack;
import io.conntracksync.e2e.bed.EchoConnection;
import io.conntracksync.e2e.bed.MigrationOptions;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.product.Build;
import io.conntracksync.e2e.product.SharedImages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A VM that comes back to where its entries of the last time still are. */
final class RoundTripRootIT {
  private static final Duration CONCLUSION = Duration.ofSeconds(60);

  private static Cluster cluster;
  private static Product product;

  @BeforeAll
  static void installTheProduct() {
    Build build = Build.ofThisCheckout();
    cluster =
        Cluster.up(
            SharedImages.ofThisCheckout(),
            Path.of("target/round-trip").toAbsolutePath(),
            Cluster.stockBed(build).withGate(build.gate()));
    product = Product.installIn(cluster);
  }

  @AfterAll
  static void closeTheCluster() {
    try {
      if (product != null) {
        product.close();
      }
    } finally {
      if (cluster != null) {
        cluster.close();
      }
    }
  }

  @Test
  void connectionsSurviveThereAndBackAndThereAgain() {
    Node a = cluster.bed().nodeA();
    Node b = cluster.bed().nodeB();
    MigrationStory story = MigrationStory.begin(cluster, "commuter", a);
    DualStack vm = story.vm().addresses();
    story.vmi().annotate("conntracksync.io/hook-deadline", "5s");
    story.vmi().annotate("conntracksync.io/switchover-deadline", "1s");
    List<EchoConnection> open = new ArrayList<>();
    try {
      openSome(open, vm);
      migrate(story, "there", a, b, open);

      leaveStale(a, vm);
      closeTheOldest(open);
      openSome(open, vm);
      migrate(story, "back", b, a, open);

      leaveStale(b, vm);
      closeTheOldest(open);
      openSome(open, vm);
      migrate(story, "there-again", a, b, open);
    } finally {
      open.forEach(EchoConnection::close);
      story.end(b);
    }
  }

  private static void migrate(
      MigrationStory story, String name, Node source, Node target, List<EchoConnection> open) {
    story.migrate(name, source, target, MigrationOptions.fast());

    for (EchoConnection connection : open) {
      connection.send();
      connection.awaitEchoes();
    }
    Awaitility.await("sync " + name + " is completed")
        .atMost(CONCLUSION)
        .until(() -> status(name).phase() == Phase.COMPLETED);
    assertThat(status(name).reason()).isEqualTo("MigrationSucceeded");
    assertThat(status(name).target().hook().outcome()).isEqualTo(HookOutcome.IMPORTED);
    assertThat(status(name).target().refused()).isNullOrEmpty();
  }

  private static void openSome(List<EchoConnection> open, DualStack vm) {
    for (String address : List.of(vm.v4(), vm.v6(), vm.v4(), vm.v6())) {
      open.add(EchoConnection.open(cluster.bed().client(), address));
    }
  }

  /** Its entry is there on both nodes; only the one where the VM is learns of the end. */
  private static void closeTheOldest(List<EchoConnection> open) {
    open.remove(0).close();
    open.remove(0).close();
  }

  /**
   * What a node keeps of connections that went on elsewhere: here in a state in which they would be
   * of no use, and for longer than the VM stays away.
   */
  private static void leaveStale(Node left, DualStack vm) {
    for (String address : vm.both()) {
      left.command(
              "conntrack", "-U", "-d", address, "-p", "tcp", "--state", "TIME_WAIT", "-t", "8000")
          .run();
    }
  }

  private static ConntrackSyncStatus status(String sync) {
    return cluster.sync(sync).orElseThrow().getStatus();
  }
}
