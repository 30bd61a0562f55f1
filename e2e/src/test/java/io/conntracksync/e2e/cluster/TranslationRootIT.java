package io.conntracksync.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.api.v1alpha1.RefusedCount;
import io.conntracksync.e2e.bed.Bed;
import io.conntracksync.e2e.bed.EchoConnection;
import io.conntracksync.e2e.bed.MigrationOptions;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.product.Build;
import io.conntracksync.e2e.product.SharedImages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Connections that a node translates go on after a real migration, by their entries alone: on the
 * target the same services lead elsewhere, as they do where each node chooses a backend by itself.
 *
 * <pre>
 *   client ─► 10.96.0.10:7 ─► guest:7                       a service that the guest serves
 *   guest ─► 10.96.0.20:4001 ─► client:4001                 a service that the guest uses
 *   guest ─► client:4002, seen as 203.0.113.5               an egress address that moves along
 *   guest ─► client:4003, seen as the source node itself    stays behind: it cannot survive
 * </pre>
 */
final class TranslationRootIT {
  private static final String SERVED = "10.96.0.10";
  private static final String USED = "10.96.0.20";
  private static final String EGRESS = "203.0.113.5";
  private static final int TO_SERVICE = 4001;
  private static final int TO_EGRESS = 4002;
  private static final int TO_NODE = 4003;
  private static final Duration CONCLUSION = Duration.ofSeconds(60);

  private static Cluster cluster;
  private static Product product;

  @BeforeAll
  static void installTheProduct() {
    cluster =
        Cluster.up(
            SharedImages.ofThisCheckout(),
            Path.of("target/translation"),
            Cluster.stockBed(Build.ofThisCheckout()));
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
  void translatedConnectionsGoOnAndTheOneOfTheSourceNodeIsNamed() {
    Bed bed = cluster.bed();
    Node a = bed.nodeA();
    Node b = bed.nodeB();
    String client = bed.client().addresses().v4();
    MigrationStory story = MigrationStory.begin(cluster, "translated", a);
    String guest = story.vm().addresses().v4();
    translate(a, guest, client);
    // Nobody is there: only the entries know better.
    translate(b, "10.30.0.99", "10.10.0.99");
    leadTo(a);
    b.events()
        .listen(
            event -> {
              if (event.isLifecycle("Resumed")) {
                leadTo(b);
              }
            });
    try (EchoConnection served = EchoConnection.open(bed.client(), SERVED);
        EchoConnection used = dialled(guest, USED, TO_SERVICE);
        EchoConnection egress = dialled(guest, client, TO_EGRESS);
        EchoConnection node = dialled(guest, client, TO_NODE)) {
      List<EchoConnection> survivors = List.of(served, used, egress);
      assertThat(entries(a)).hasSize(4);

      story.migrate("translated", a, b, MigrationOptions.fast()).orThrow();
      survivors.forEach(EchoConnection::send);
      survivors.forEach(EchoConnection::awaitEchoes);

      ConntrackSyncStatus status = concluded("translated");
      assertThat(status.source().refused())
          .containsExactly(new RefusedCount("SourceNodeAddress", 1L));
      assertThat(status.target().refused()).isNullOrEmpty();
      assertThat(entries(b))
          .hasSize(3)
          .anySatisfy(line -> assertThat(line).contains("dst=" + SERVED, "src=" + guest))
          .anySatisfy(line -> assertThat(line).contains("dst=" + USED, "src=" + client))
          .anySatisfy(line -> assertThat(line).contains("dport=" + TO_EGRESS, "dst=" + EGRESS))
          .noneSatisfy(line -> assertThat(line).contains("dport=" + TO_NODE));
      node.send();
      assertThat(node.echoed()).as("heard of the flow of the source node").isEqualTo(1);
    } finally {
      story.end(b);
      story.vm().destroy(a);
    }
  }

  /** As a node's service proxy does it, with these backends. */
  private static void translate(Node node, String server, String backend) {
    node.command("nft", "-f", "-")
        .reading(
            """
            table ip services {
              chain destinations {
                type nat hook prerouting priority dstnat;
                ip daddr %s tcp dport 7 dnat to %s
                ip daddr %s tcp dport %d dnat to %s
              }
              chain sources {
                type nat hook postrouting priority srcnat;
                tcp dport %d snat to %s
                tcp dport %d snat to %s
              }
            }
            """
                .formatted(
                    SERVED,
                    server,
                    USED,
                    TO_SERVICE,
                    backend,
                    TO_EGRESS,
                    node == cluster.bed().nodeA() ? EGRESS : "203.0.113.6",
                    TO_NODE,
                    node.addresses().v4()))
        .run();
  }

  /** The way to the service and to the egress address follows the guest, as its own does. */
  private static void leadTo(Node node) {
    for (String address : List.of(SERVED, EGRESS)) {
      cluster
          .bed()
          .fabric()
          .command("ip", "route", "replace", address + "/32", "via", node.addresses().v4())
          .run();
    }
  }

  private static EchoConnection dialled(String guest, String address, int port) {
    return EchoConnection.dialled(cluster.bed().client(), guest, address, port);
  }

  /** Connections of this test in that node's table. */
  private static List<String> entries(Node node) {
    List<String> marks =
        List.of("dst=" + SERVED, "dst=" + USED, "dport=" + TO_EGRESS, "dport=" + TO_NODE);
    return node.command("conntrack", "-L", "-f", "ipv4", "-p", "tcp", "-o", "extended")
        .run()
        .lines()
        .filter(line -> marks.stream().anyMatch(mark -> line.contains(mark + " ")))
        .toList();
  }

  private static ConntrackSyncStatus concluded(String sync) {
    Awaitility.await("sync " + sync + " is completed")
        .atMost(CONCLUSION)
        .until(() -> cluster.sync(sync).orElseThrow().getStatus().phase() == Phase.COMPLETED);
    return cluster.sync(sync).orElseThrow().getStatus();
  }
}
