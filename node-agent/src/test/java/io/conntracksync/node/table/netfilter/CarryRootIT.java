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
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Carries entries from one namespace to another; conntrack-tools write and read independently. */
class CarryRootIT {
  private static final String VM = "10.30.0.100";
  private static final String VM6 = "fd00::100";

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

  static Stream<Arguments> kinds() {
    String peer = "-s 10.30.0.100 -d 192.0.2.9 ";
    String tcp = peer + "-p tcp --sport 40000 --dport 443 -t 600 ";
    return Stream.of(
        kind("TCP SYN_SENT", tcp + "--state SYN_SENT"),
        kind("TCP SYN_RECV", tcp + "--state SYN_RECV -u SEEN_REPLY"),
        kind("TCP ESTABLISHED", tcp + "--state ESTABLISHED -u SEEN_REPLY,ASSURED -m 7"),
        kind("TCP FIN_WAIT", tcp + "--state FIN_WAIT -u SEEN_REPLY,ASSURED"),
        kind("TCP CLOSE_WAIT", tcp + "--state CLOSE_WAIT -u SEEN_REPLY,ASSURED"),
        kind("TCP LAST_ACK", tcp + "--state LAST_ACK -u SEEN_REPLY,ASSURED"),
        kind("TCP TIME_WAIT", tcp + "--state TIME_WAIT -u SEEN_REPLY,ASSURED"),
        kind("UDP", peer + "-p udp --sport 5000 --dport 53 -t 600 -u SEEN_REPLY"),
        kind(
            "UDP opened by the peer",
            "-s 192.0.2.9 -d 10.30.0.100 -p udp --sport 5 --dport 53 -t 600"),
        kind("UDP-Lite", peer + "-p udplite --sport 5000 --dport 53 -t 600"),
        kind("ICMP echo", peer + "-p icmp --icmp-type 8 --icmp-code 0 --icmp-id 77 -t 600"),
        kind(
            "SCTP",
            peer
                + "-p sctp --sport 5 --dport 6 -t 600 --state ESTABLISHED --orig-vtag 17"
                + " --reply-vtag 18"),
        kind("GRE", peer + "-p gre --srckey 5 --dstkey 6 -t 600"),
        kind("ESP", peer + "-p 50 -t 600"),
        kind("zone", peer + "-p udp --sport 5000 --dport 53 -t 600 -w 9"),
        kind("zone of one direction", peer + "-p udp --sport 5000 --dport 53 -t 600 --orig-zone 9"),
        kind("zone of replies", peer + "-p udp --sport 5000 --dport 53 -t 600 --reply-zone 9"),
        kind(
            "source NAT",
            tcp + "--state ESTABLISHED -u SEEN_REPLY,ASSURED --src-nat 203.0.113.5:6000"),
        kind(
            "destination NAT",
            peer + "-p udp --sport 5000 --dport 53 -t 600 -u SEEN_REPLY --dst-nat 10.40.0.7:5353"),
        kind("fixed timeout", peer + "-p udp --sport 5000 --dport 53 -t 600 -u FIXED_TIMEOUT"),
        kind(
            "IPv6 TCP",
            "-s fd00::100 -d fd00::9 -p tcp --sport 40000 --dport 443 -t 600 --state"
                + " ESTABLISHED -u SEEN_REPLY,ASSURED"),
        kind(
            "IPv6 echo",
            "-s fd00::9 -d fd00::100 -p icmpv6 --icmpv6-type 128 --icmpv6-code 0"
                + " --icmpv6-id 7 -t 600"),
        kind(
            "IPv6 source NAT",
            "-s fd00::100 -d fd00::9 -p udp --sport 5000 --dport 53 -t 600 -u SEEN_REPLY"
                + " --src-nat [fd00::5]:6000"));
  }

  private static Arguments kind(String name, String options) {
    return Arguments.of(name, options);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kinds")
  void anEntryArrivesAsItLeft(String name, String options) throws IOException {
    source.exec(("conntrack -I " + options).split(" "));

    List<Entry> entries = snapshot(from, VM, VM6);
    Applied applied = to.apply(entries, ADMIT_ALL);

    assertThat(entries).as(name).hasSize(1);
    assertThat(applied.refused()).isEmpty();
    assertThat(applied.created()).containsExactly(entries.get(0).key());
    assertThat(listing(target)).isEqualTo(listing(source)).hasSize(1);
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

  /** Nothing uses labels there: the kernel drops them, and an update would even fail. */
  @Test
  void labelsThatTheTargetCannotHoldCostNoEntry() throws IOException {
    Flow labelled = Flows.of(Flows.tcp(VM, 40000, "192.0.2.9", 443)).withLabels(new Labels(1, 0));

    Applied first = to.apply(entries(labelled), ADMIT_ALL);
    Applied second = to.apply(entries(labelled), ADMIT_ALL);

    assertThat(first.created()).hasSize(1);
    assertThat(second.updated()).hasSize(1);
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
    assertThat(flows(to, VM))
        .extracting(Flow::ties)
        .containsExactlyInAnyOrder(helper("ftp"), Ties.NONE);
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

  @Test
  void connectionsThatAreOverAreNotCarried() throws IOException {
    source.exec(
        ("conntrack -I -s 10.30.0.100 -d 192.0.2.9 -p tcp --sport 1 --dport 443 -t 1 --state"
                + " TIME_WAIT -u SEEN_REPLY,ASSURED")
            .split(" "));

    assertThat(snapshot(from, VM)).isEmpty();
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
