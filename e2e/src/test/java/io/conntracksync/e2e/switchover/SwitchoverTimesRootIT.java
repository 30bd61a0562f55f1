package io.conntracksync.e2e.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.cluster.Cluster;
import io.conntracksync.e2e.cluster.Product;
import io.conntracksync.e2e.product.Build;
import io.conntracksync.e2e.product.SharedImages;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What a gate adds to the pause of a VM with 1,000 entries, and how far the target lags behind: the
 * gate's own code, real agents, the kernels' tables. Reported to {@code
 * target/reports/switchover.json}, not asserted: the machine is shared.
 */
final class SwitchoverTimesRootIT {
  private static final Path WORK = Path.of("target/switchover-times").toAbsolutePath();

  private static final int ENTRIES = 1000;

  /** Each is a sync of its own, because a migration has one switchover. */
  private static final int FIRST_PAUSES = 40;

  private static final int FURTHER_PAUSES = 100;

  /** The memory of a VM is copied between the import and the pause. */
  private static final Duration MEMORY_COPY = Duration.ofSeconds(1);

  /** What happens between two looks of the agent, at a busy VM. */
  private static final int CHANGES = 5;

  private static final int LAG_SAMPLES = 400;

  private static Cluster cluster;

  @BeforeAll
  static void startTheCluster() {
    Build build = Build.ofThisCheckout();
    cluster =
        Cluster.up(
            SharedImages.ofThisCheckout(), WORK, Cluster.stockBed(build).withGate(build.gate()));
  }

  @AfterAll
  static void closeTheCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void theReportIsWhole() throws IOException {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("unit", "milliseconds");
    try {
      measure(Events.OF_NEW_ENTRIES, report);
      measure(Events.OF_ALL_ENTRIES, report);
    } finally {
      Reports.write("switchover", report);
    }
    assertThat(report)
        .containsOnlyKeys("unit", "gate", "lag", "gateWhenAllEntriesTell", "lagWhenAllEntriesTell");
  }

  /** The kernel's setting {@code nf_conntrack_events}: which entries tell of their changes. */
  private enum Events {
    /** The kernel's own default. An agent asks for each entry that it did not see being made. */
    OF_NEW_ENTRIES(2, ""),
    OF_ALL_ENTRIES(1, "WhenAllEntriesTell");

    private final int setting;
    private final String suffix;

    Events(int setting, String suffix) {
      this.setting = setting;
      this.suffix = suffix;
    }
  }

  private static void measure(Events events, Map<String, Object> report) throws IOException {
    Node source = cluster.bed().nodeA();
    Node target = cluster.bed().nodeB();
    String address = cluster.bed().virtualMachine(Cluster.NAMESPACE, "timed").addresses().v4();
    for (Node node : cluster.bed().nodes()) {
      node.firewall().reset();
      node.command("sysctl", "-qw", "net.netfilter.nf_conntrack_events=" + events.setting).run();
    }
    try (Product product = Product.installIn(cluster);
        Probe probe =
            Probe.start(
                source, Build.ofThisCheckout().gate(), product.agentOf(target).pid(), WORK)) {
      fill(source, address);
      List<Long> first = firstPauses(probe, source, target, address, events);
      List<Long> further = new ArrayList<>();
      List<Long> ungated = new ArrayList<>();
      long seed = new Random().nextLong();
      Probe.Lags lags;
      String name = "lagging-" + events.setting;
      try (SyncOfNoVm sync = SyncOfNoVm.imported(cluster, name, source, target, address)) {
        lags = probe.lags(LAG_SAMPLES, seed);
        for (int i = 0; i < FURTHER_PAUSES; i++) {
          further.add(probe.pauseNanos(sync.domain(), CHANGES, Duration.ZERO));
          ungated.add(probe.pauseNanos("nobody", 0, Duration.ZERO));
        }
        sync.awaitDrained();
      }
      report.put("gate" + events.suffix, gate(first, further, ungated));
      report.put("lag" + events.suffix, lag(lags, seed));
      assertThat(first).hasSize(FIRST_PAUSES).doesNotContain(0L);
      assertThat(lags.made()).hasSize(LAG_SAMPLES).doesNotContain(0L);
      assertThat(lags.changed()).hasSize(LAG_SAMPLES).doesNotContain(0L);
    }
  }

  private static List<Long> firstPauses(
      Probe probe, Node source, Node target, String address, Events events) {
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < FIRST_PAUSES; i++) {
      String name = "timed-" + events.setting + "-" + i;
      try (SyncOfNoVm sync = SyncOfNoVm.imported(cluster, name, source, target, address)) {
        nanos.add(probe.pauseNanos(sync.domain(), CHANGES, MEMORY_COPY));
        sync.awaitDrained();
      }
    }
    return nanos;
  }

  private static Map<String, Object> gate(
      List<Long> first, List<Long> further, List<Long> ungated) {
    Distribution added = Distribution.ofNanos(first);
    Distribution again = Distribution.ofNanos(further);
    Distribution peer = Distribution.ofNanos(ungated);
    Map<String, Object> gate = new LinkedHashMap<>();
    gate.put(
        "how",
        ("the gate's shared object, called as libvirt calls it at a pause, with the socket of a"
                + " real session: %d entries of the VM, 100 changes a second and %d just before. A"
                + " migration has one pause, so each of \"firstPauses\" is the first of a sync of its"
                + " own, at a random moment within a second after the import was verified. The"
                + " further ones of one sync compare all entries. \"withoutSocket\" is the same"
                + " call for a domain that is not being migrated, in turn with the further ones.")
            .formatted(ENTRIES, CHANGES));
    gate.put("entries", ENTRIES);
    gate.put("firstOfAll", first.get(0) / 1e6);
    gate.put("firstPauses", added);
    gate.put("furtherPauses", again);
    gate.put("withoutSocket", peer);
    gate.put("firstToWithoutSocket", added.median() / peer.median());
    gate.put("furtherToWithoutSocket", again.median() / peer.median());
    return gate;
  }

  private static Map<String, Object> lag(Probe.Lags lags, long seed) {
    Map<String, Object> lag = new LinkedHashMap<>();
    lag.put(
        "how",
        "from before a ctnetlink request on the source until the target's kernel tells of the same"
            + " flow, at random moments, one at a time, beside %d other entries of the VM"
                .formatted(ENTRIES));
    lag.put("seed", seed);
    lag.put("made", Distribution.ofNanos(lags.made()));
    lag.put("changed", Distribution.ofNanos(lags.changed()));
    lag.put(
        "all",
        Distribution.ofNanos(
            Stream.concat(lags.made().stream(), lags.changed().stream()).toList()));
    return lag;
  }

  private static void fill(Node node, String address) {
    String lines =
        IntStream.range(0, ENTRIES)
            .mapToObj(
                i ->
                    "-I -p tcp -s %s -d 192.0.2.9 --sport %d --dport 443 --state ESTABLISHED"
                            .formatted(address, 20_000 + i)
                        + " -u SEEN_REPLY,ASSURED -t 3600\n")
            .collect(Collectors.joining());
    node.command("conntrack", "-R", "-").reading(lines).run();
    assertThat(node.command("conntrack", "-L", "-s", address).run().lines())
        .hasSizeGreaterThanOrEqualTo(ENTRIES);
  }
}
