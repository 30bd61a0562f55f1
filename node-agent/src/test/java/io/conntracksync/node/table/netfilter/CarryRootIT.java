package io.conntracksync.node.table.netfilter;

import static io.conntracksync.node.table.netfilter.TableSteps.ADMIT_ALL;
import static io.conntracksync.node.table.netfilter.TableSteps.entries;
import static io.conntracksync.node.table.netfilter.TableSteps.flows;
import static io.conntracksync.node.table.netfilter.TableSteps.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.RefusalReason;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Carries entries from one namespace to another; conntrack-tools write and read independently. */
class CarryRootIT {
  private static final String VM = "10.30.0.100";

  private TestNamespace source;
  private TestNamespace target;
  private NetfilterTable from;
  private NetfilterTable to;

  @BeforeEach
  void twoNodes() throws IOException {
    source = TestNamespace.tracking("carry-a");
    target = TestNamespace.tracking("carry-b");
    from = source.table();
    to = target.table();
  }

  @AfterEach
  void clean() {
    from.close();
    to.close();
    source.close();
    target.close();
  }

  @Test
  void applyingAgainUpdatesAndCreatesNothing() throws IOException {
    source.exec(
        ("conntrack -I -s 10.30.0.100 -d 192.0.2.9 -p tcp --sport 40000 --dport 443 -t 600"
                + " --state ESTABLISHED -u SEEN_REPLY,ASSURED --src-nat 203.0.113.5:6000")
            .split(" "));
    List<Entry> entries = snapshot(from, VM);
    var unused = to.apply(entries, ADMIT_ALL);
    source.exec("conntrack -U -s 10.30.0.100 -p tcp -m 99 -t 700".split(" "));

    Applied again = to.apply(snapshot(from, VM), ADMIT_ALL);

    assertThat(again.created()).isEmpty();
    assertThat(again.updated()).containsExactly(entries.get(0).key());
    assertThat(listing(target)).isEqualTo(listing(source));
    assertThat(listing(target).get(0)).contains("mark=99");
  }

  @Test
  void scalesLabelsAndAdjustmentsArriveAndBothSidesAreLiberal() throws IOException {
    target.rules(
        "table inet labels { chain c { type filter hook input priority 0; ct label set 1; }; }");
    Flow plain = Flows.of(Flows.tcp(VM, 40000, "192.0.2.9", 443));
    Flow rich =
        new Flow(
            plain.id(),
            plain.reply(),
            plain.status(),
            600,
            0xdead,
            plain.state(),
            new Labels(0x8000000000000001L, 2),
            new Corrections(
                new SequenceAdjustment(1, 2, 3), new SequenceAdjustment(4, 5, 6), Synproxy.NONE),
            Ties.NONE);

    assertThat(to.apply(entries(rich), ADMIT_ALL).refused()).isEmpty();

    assertThat(flows(to, VM))
        .singleElement()
        .satisfies(
            flow -> {
              assertThat(flow.labels()).isEqualTo(rich.labels());
              assertThat(flow.corrections()).isEqualTo(rich.corrections());
              assertThat(flow.mark()).isEqualTo(0xdead);
              assertThat(flow.state())
                  .isEqualTo(
                      new ProtocolState.Tcp(
                          ProtocolState.Tcp.ESTABLISHED,
                          new ProtocolState.Side(7, 0x0b),
                          new ProtocolState.Side(9, 0x0b)));
            });
  }

  /** The kernel keeps them only where a rule proxies SYNs. */
  @Test
  void theNumbersOfASynProxyArriveWhereOneIsInUse() throws IOException {
    target.rules(
        "table ip proxy { chain c { type filter hook input priority 1; tcp dport 99 synproxy mss"
            + " 1460 wscale 7; }; }");
    Flow plain = Flows.of(Flows.tcp(VM, 40000, "192.0.2.9", 443));
    Corrections corrections =
        new Corrections(SequenceAdjustment.NONE, SequenceAdjustment.NONE, new Synproxy(11, 22, 33));
    Flow proxied =
        new Flow(
            plain.id(),
            plain.reply(),
            plain.status(),
            600,
            0,
            plain.state(),
            Labels.NONE,
            corrections,
            Ties.NONE);

    assertThat(to.apply(entries(proxied), ADMIT_ALL).refused()).isEmpty();

    assertThat(flows(to, VM)).extracting(Flow::corrections).containsExactly(corrections);
  }

  /** Nothing uses labels there: the kernel drops them, and an update would even fail. */
  @Test
  void labelsThatTheTargetCannotHoldCostNoEntry() throws IOException {
    Flow labelled = Flows.of(Flows.tcp(VM, 40000, "192.0.2.9", 443)).withLabels(new Labels(1, 0));

    Applied first = to.apply(entries(labelled), ADMIT_ALL);
    Applied second = to.apply(entries(labelled), ADMIT_ALL);

    assertThat(first.created()).hasSize(1);
    assertThat(second.updated()).hasSize(1);
    assertThat(first.refused()).isEqualTo(Map.of(RefusalReason.LABELS_UNUSED, 1));
    assertThat(second.refused()).isEmpty();
    assertThat(flows(to, VM)).extracting(Flow::labels).containsExactly(Labels.NONE);
  }

  @Test
  void anExpectedFlowArrivesWithItsMasterAndWithoutItIfNeedBe() throws IOException {
    Flow master = Flows.of(Flows.tcp(VM, 40000, "192.0.2.9", 21));
    Flow child = Flows.expected(Flows.tcp("192.0.2.9", 20, VM, 40001), master.id().original());
    Flow orphan =
        Flows.expected(Flows.tcp("192.0.2.9", 20, VM, 40002), Flows.tcp(VM, 1, "192.0.2.9", 21));

    Applied applied = to.apply(entries(child, orphan, master), ADMIT_ALL);

    assertThat(applied.created()).hasSize(3);
    assertThat(applied.refused()).isEqualTo(Map.of(RefusalReason.MASTER_MISSING, 1));
    assertThat(flows(to, VM))
        .extracting(Flow::ties)
        .containsExactlyInAnyOrder(
            Ties.NONE, Ties.NONE, new Ties(Optional.empty(), Optional.of(master.id().original())));
    assertThat(flows(to, VM)).last().extracting(Flow::id).isEqualTo(child.id());
  }

  @Test
  void aHelperArrivesAndAnUnknownOneIsLeftOut() throws IOException {
    Flow ftp = Flows.of(Flows.tcp(VM, 40000, "192.0.2.9", 21)).withTies(helper("ftp"));
    Flow unknown = Flows.of(Flows.tcp(VM, 40001, "192.0.2.9", 21)).withTies(helper("nobody"));

    Applied applied = to.apply(entries(ftp, unknown), ADMIT_ALL);

    assertThat(applied.created()).hasSize(2);
    assertThat(applied.refused()).isEqualTo(Map.of(RefusalReason.HELPER_MISSING, 1));
    assertThat(flows(to, VM))
        .extracting(Flow::ties)
        .containsExactlyInAnyOrder(helper("ftp"), Ties.NONE);
  }

  /** The kernel takes the entry and translates nothing: somebody must be told. */
  @Test
  void aTranslatedFlowWhereNothingTranslatesIsCounted() throws IOException {
    Tuple original = Flows.tcp(VM, 40000, "192.0.2.9", 443);
    Flow translated =
        Flows.of(
            original,
            Flows.tcp("192.0.2.9", 443, "203.0.113.5", 6000),
            Status.SEEN_REPLY | Status.ASSURED | Status.SRC_NAT);
    try (TestNamespace plain = TestNamespace.bare("carry-c")) {
      plain.rules(
          "table inet t { chain c { type filter hook input priority 0; ct state new accept; }; }");
      try (NetfilterTable table = plain.table()) {
        Applied without = table.apply(entries(translated), ADMIT_ALL);
        Applied untranslated =
            table.apply(entries(Flows.of(Flows.tcp(VM, 1, "192.0.2.9", 443))), ADMIT_ALL);
        plain.exec("conntrack", "-F");
        plain.rules("table ip6 n { chain c { type nat hook postrouting priority 100; }; }");
        Applied otherFamily = table.apply(entries(translated), ADMIT_ALL);
        plain.exec("conntrack", "-F");
        plain.rules("table ip n { chain c { type nat hook postrouting priority 100; }; }");
        Applied with = table.apply(entries(translated), ADMIT_ALL);

        assertThat(without.created()).hasSize(1);
        assertThat(without.refused()).isEqualTo(Map.of(RefusalReason.NAT_CHAIN_MISSING, 1));
        assertThat(untranslated.refused()).isEmpty();
        assertThat(otherFamily.refused()).isEqualTo(Map.of(RefusalReason.NAT_CHAIN_MISSING, 1));
        assertThat(with.created()).hasSize(1);
        assertThat(with.refused()).isEmpty();
      }
    }
  }

  @Test
  void chainsOfTheOlderIptablesTranslateToo() throws IOException {
    try (TestNamespace plain = TestNamespace.bare("carry-c")) {
      try (NetfilterTable table = plain.table()) {
        NatChains chains = new NatChains(new ChannelPool(plain.open()));
        assertThat(chains.translates(Family.IPV4)).isFalse();

        plain.exec("iptables-legacy", "-t", "nat", "-A", "POSTROUTING", "-j", "RETURN");

        assertThat(chains.translates(Family.IPV4)).isTrue();
        assertThat(chains.translates(Family.IPV6)).isFalse();
        assertThat(table.fill().entries()).isZero();
      }
    }
  }

  @Test
  void whatTheAdmissionRefusesDoesNotReachTheKernel() throws IOException {
    Applied applied =
        to.apply(
            entries(Flows.of(Flows.tcp(VM, 1, "192.0.2.9", 2))),
            ends -> Optional.of(RefusalReason.FOREIGN_ADDRESS));

    assertThat(applied.refused()).containsEntry(RefusalReason.FOREIGN_ADDRESS, 1);
    assertThat(listing(target)).isEmpty();
  }

  private static Ties helper(String name) {
    return new Ties(Optional.of(name), Optional.empty());
  }

  private static List<String> listing(TestNamespace namespace) {
    return Stream.concat(
            namespace.listing("-f", "ipv4").stream(), namespace.listing("-f", "ipv6").stream())
        .toList();
  }
}
