package io.conntracksync.node.table.netfilter;

import static io.conntracksync.node.table.netfilter.TableSteps.ADMIT_ALL;
import static io.conntracksync.node.table.netfilter.TableSteps.entries;
import static io.conntracksync.node.table.netfilter.TableSteps.flows;
import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.table.Admission;
import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableFill;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens when the target's table already has something in the way, or is full. */
class ConflictRootIT {
  private static final String VM = "10.30.0.100";
  private static final String OTHER_VM = "10.30.0.101";
  private static final String PEER = "192.0.2.9";
  private static final String NODE = "203.0.113.5";

  private static final Admission VM_IS_AN_END =
      ends ->
          ends.initiator().equals(Flows.address(VM)) || ends.responder().equals(Flows.address(VM))
              ? Optional.empty()
              : Optional.of(RefusalReason.FOREIGN_ADDRESS);

  private static final Flow OURS = Flows.of(Flows.tcp(VM, 40000, PEER, 443));
  private static final Flow OURS_TRANSLATED =
      Flows.of(
          Flows.tcp(VM, 40000, PEER, 443),
          Flows.tcp(PEER, 443, NODE, 6000),
          Status.SEEN_REPLY | Status.ASSURED | Status.SRC_NAT);

  private TestNamespace node;
  private NetfilterTable table;

  @BeforeEach
  void node() throws IOException {
    node = TestNamespace.tracking("conflict");
    table = node.table();
  }

  @AfterEach
  void clean() {
    table.close();
    node.close();
  }

  @Test
  void aFlowThatTheKernelPickedUpTheOtherWayRoundIsReplaced() throws IOException {
    insert(
        "-s 192.0.2.9 -d 10.30.0.100 -p tcp --sport 443 --dport 40000 -t 600 --state ESTABLISHED");

    Applied applied = table.apply(entries(OURS), VM_IS_AN_END);

    assertThat(applied.created()).containsExactly(FlowEncoder.key(OURS.id()));
    assertThat(flows(table, VM)).extracting(Flow::id).containsExactly(OURS.id());
  }

  @Test
  void aFlowThatTheKernelPickedUpWithoutItsTranslationIsReplaced() throws IOException {
    insert(
        "-s 10.30.0.100 -d 192.0.2.9 -p tcp --sport 40000 --dport 443 -t 600 --state ESTABLISHED");

    Applied applied = table.apply(entries(OURS_TRANSLATED), VM_IS_AN_END);

    assertThat(applied.created()).hasSize(1);
    assertThat(flows(table, VM)).extracting(Flow::reply).containsExactly(OURS_TRANSLATED.reply());
  }

  @Test
  void anotherVmsFlowKeepsItsTuple() throws IOException {
    insert(
        "-s 10.30.0.101 -d 192.0.2.9 -p tcp --sport 40000 --dport 443 -t 600 --state ESTABLISHED"
            + " --src-nat 203.0.113.5:6000");

    Applied applied = table.apply(entries(OURS_TRANSLATED), VM_IS_AN_END);

    assertThat(applied.refused()).containsExactly(entry(RefusalReason.TUPLE_TAKEN, 1));
    assertThat(flows(table, OTHER_VM)).hasSize(1);
    assertThat(flows(table, VM)).isEmpty();
  }

  @Test
  void aRefusedEntryHindersNoOther() throws IOException {
    insert(
        "-s 10.30.0.101 -d 192.0.2.9 -p tcp --sport 40000 --dport 443 -t 600 --state ESTABLISHED"
            + " --src-nat 203.0.113.5:6000");
    Flow next = Flows.of(Flows.tcp(VM, 40001, PEER, 443));
    Flow icmp =
        Flows.of(
            new Tuple(
                Flows.address(VM),
                Flows.address(PEER),
                Protocol.ICMP,
                new Transport.Icmp(1, 3, 1)));

    Applied applied = table.apply(entries(OURS_TRANSLATED, icmp, next), VM_IS_AN_END);

    assertThat(applied.created()).containsExactly(FlowEncoder.key(next.id()));
    assertThat(applied.refused())
        .containsOnly(entry(RefusalReason.TUPLE_TAKEN, 1), entry(RefusalReason.UNSUPPORTED, 1));
  }

  @Test
  void removalTakesExactlyTheNamedEntries() throws IOException {
    Flow zoned =
        new Flow(
            new FlowId(Family.IPV4, new Zones(5, 5), OURS.id().original()),
            OURS.reply(),
            OURS.status(),
            600,
            0,
            OURS.state(),
            Labels.NONE,
            Corrections.NONE,
            Ties.NONE);
    Flow v6 = Flows.of(Flows.udp("fd00::100", 1, "fd00::9", 2));
    Flow kept = Flows.of(Flows.tcp(VM, 40001, PEER, 443));
    Applied applied = table.apply(entries(OURS, zoned, v6, kept), ADMIT_ALL);
    assertThat(applied.created()).hasSize(4);

    int removed = table.remove(keys(zoned, v6));
    int again = table.remove(keys(zoned, v6));

    assertThat(removed).isEqualTo(2);
    assertThat(again).as("what is gone is no error").isZero();
    assertThat(flows(table, VM, "fd00::100"))
        .extracting(Flow::id)
        .containsExactlyInAnyOrder(OURS.id(), kept.id());
  }

  /** The kernel finds an entry by its reply tuple too. */
  @Test
  void removalSparesTheFlowInTheOtherDirection() throws IOException {
    Flow reversed = Flows.of(OURS.id().original().inverse());
    assertThat(table.apply(entries(reversed), ADMIT_ALL).created()).hasSize(1);

    assertThat(table.remove(keys(OURS))).isZero();

    assertThat(flows(table, VM)).extracting(Flow::id).containsExactly(reversed.id());
  }

  @Test
  void removingNothingOrNonsenseRemovesNothing() throws IOException {
    assertThat(table.apply(entries(OURS), ADMIT_ALL).created()).hasSize(1);

    assertThat(table.remove(List.of())).isZero();
    assertThat(table.remove(List.of(EntryKey.of(new byte[] {2, 0, 0, 0, 0})))).isZero();

    assertThat(table.fill().entries()).isEqualTo(1);
  }

  /** The maximum is the whole machine's and stays as it is; the count is the namespace's own. */
  @Test
  void aFullTableRefusesByReasonAndStillUpdates() throws IOException {
    TableFill empty = table.fill();
    long port = 0;
    for (long left = empty.capacity(); left > 0; ) {
      List<Flow> fillers = new ArrayList<>();
      for (; fillers.size() < 5000 && left > 0; left--, port++) {
        String address = "10.99." + (port >> 16) + ".1";
        fillers.add(Flows.of(Flows.udp(address, (int) (port & 0xffff), "192.0.2.77", 53)));
      }
      assertThat(table.apply(entries(fillers.toArray(Flow[]::new)), ADMIT_ALL).refused()).isEmpty();
    }

    Flow there = Flows.of(Flows.udp("10.99.0.1", 0, "192.0.2.77", 53));
    Applied applied = table.apply(entries(OURS, there), ADMIT_ALL);

    assertThat(table.fill()).isEqualTo(new TableFill(empty.capacity(), empty.capacity()));
    assertThat(applied.refused()).containsExactly(entry(RefusalReason.TABLE_FULL, 1));
    assertThat(applied.updated()).hasSize(1);
    node.exec("conntrack", "-F");
  }

  private void insert(String options) {
    node.exec(("conntrack -I " + options).split(" "));
  }

  private static List<EntryKey> keys(Flow... flows) {
    return entries(flows).stream().map(e -> e.key()).toList();
  }

  private static Map.Entry<RefusalReason, Integer> entry(RefusalReason why, int count) {
    return Map.entry(why, count);
  }
}
