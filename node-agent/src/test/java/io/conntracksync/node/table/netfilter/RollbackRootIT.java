package io.conntracksync.node.table.netfilter;

import static io.conntracksync.node.table.netfilter.TableSteps.ADMIT_ALL;
import static io.conntracksync.node.table.netfilter.TableSteps.entries;
import static io.conntracksync.node.table.netfilter.TableSteps.flows;
import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.Former;
import io.conntracksync.node.table.Restoration;
import io.conntracksync.node.table.TableException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a sync has changed in a kernel's table is undone: the table is what it was, by the
 * independent reader and by ours, which sees flags, scales and labels too.
 */
class RollbackRootIT {
  private static final String VM = "10.30.0.100";
  private static final String PEER = "192.0.2.9";
  private static final String NODE = "203.0.113.5";
  private static final Flow OURS = Flows.of(Flows.tcp(VM, 40000, PEER, 443));

  /** Makes the kernel keep labels. */
  private static final String LABELS =
      """
      table inet labels {
        chain input { type filter hook input priority 1; ct label set 1; }
      }
      """;

  private final Map<EntryKey, Former> formers = new HashMap<>();
  private final Map<EntryKey, Entry> written = new HashMap<>();
  private final List<EntryKey> created = new ArrayList<>();
  private TestNamespace node;
  private NetfilterTable table;

  @BeforeEach
  void node() throws IOException {
    node = TestNamespace.tracking("rollback");
    table = node.table();
  }

  @AfterEach
  void clean() {
    table.close();
    node.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NONE",
        "SYN_SENT",
        "SYN_RECV",
        "ESTABLISHED",
        "FIN_WAIT",
        "CLOSE_WAIT",
        "LAST_ACK",
        "TIME_WAIT",
        "CLOSE",
        "SYN_SENT2"
      })
  void aStaleConnectionOfAnyStateIsUpdatedAndGivenBack(String state) throws IOException {
    insert(
        "-s "
            + VM
            + " -d "
            + PEER
            + " -p tcp --sport 40000 --dport 443 -m 6 -t 600 --state "
            + state);
    Before before = new Before();

    Applied applied = apply(OURS);
    assertThat(applied.updated()).hasSize(1);
    assertThat(flows(table, VM)).extracting(Flow::state).containsExactly(shown(OURS).state());
    rollBack();

    before.assertIsNow();
  }

  @Test
  void aFlowThatStoodInTheWayTheOtherWayRoundComesBack() throws IOException {
    insert(
        "-s "
            + PEER
            + " -d "
            + VM
            + " -p tcp --sport 443 --dport 40000 -t 600 --state ESTABLISHED -m 3");
    Before before = new Before();

    assertThat(apply(OURS).created()).hasSize(1);
    rollBack();

    before.assertIsNow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " --src-nat 203.0.113.6:7000", " --dst-nat 10.30.0.9:8443"})
  void aFlowOfAnotherTranslationComesBack(String nat) throws IOException {
    insert(
        "-s "
            + VM
            + " -d "
            + PEER
            + " -p tcp --sport 40000 --dport 443 -t 600 --state ESTABLISHED -u ASSURED,SEEN_REPLY"
            + nat);
    Before before = new Before();
    Flow translated =
        Flows.of(
            OURS.id().original(),
            Flows.tcp(PEER, 443, NODE, 6000),
            Status.SEEN_REPLY | Status.ASSURED | Status.SRC_NAT);

    assertThat(apply(translated).created()).hasSize(1);
    assertThat(flows(table, VM)).extracting(Flow::reply).containsExactly(translated.reply());
    rollBack();

    before.assertIsNow();
  }

  @Test
  void aTranslatedFlowThatWasUpdatedKeepsItsTranslation() throws IOException {
    Flow translated =
        Flows.of(
            OURS.id().original(),
            Flows.tcp(PEER, 443, NODE, 6000),
            Status.SEEN_REPLY | Status.ASSURED | Status.SRC_NAT);
    insert(
        "-s "
            + VM
            + " -d "
            + PEER
            + " -p tcp --sport 40000 --dport 443 -t 600 --state TIME_WAIT --src-nat "
            + NODE
            + ":6000");
    Before before = new Before();

    assertThat(apply(translated).updated()).hasSize(1);
    rollBack();

    before.assertIsNow();
  }

  /** An update cannot clear them; so the entry is made anew. */
  @Test
  void bitsAndLabelsThatWereNotThereGoAgain() throws IOException {
    node.rules(LABELS);
    Flow plain = Flows.of(Flows.udp(VM, 5000, PEER, 53), Flows.udp(PEER, 53, VM, 5000), 0);
    assertThat(apply(plain.withTimeout(500)).created()).hasSize(1);
    forget();
    Before before = new Before();
    Flow rich =
        Flows.of(plain.id().original(), plain.reply(), Status.SEEN_REPLY | Status.ASSURED)
            .withLabels(new Labels(0x0200000000000000L, 0));

    assertThat(apply(rich).updated()).hasSize(1);
    assertThat(flows(table, VM)).extracting(Flow::labels).containsExactly(rich.labels());
    rollBack();

    before.assertIsNow();
  }

  /** One connection after another between the same ports, while the VM migrates. */
  @Test
  void whatWasWrittenInBetweenLeavesNothingEither() throws IOException {
    node.rules(LABELS);
    Flow stale = Flows.of(Flows.udp(VM, 5000, PEER, 53), Flows.udp(PEER, 53, VM, 5000), 0);
    assertThat(apply(stale.withTimeout(500)).created()).hasSize(1);
    forget();
    Before before = new Before();
    Flow answered =
        Flows.of(stale.id().original(), stale.reply(), Status.SEEN_REPLY | Status.ASSURED)
            .withLabels(new Labels(0x0200000000000000L, 0));

    assertThat(apply(answered).updated()).hasSize(1);
    assertThat(apply(stale).created()).hasSize(1);
    assertThat(flows(table, VM)).extracting(Flow::status).containsExactly(0);
    assertThat(flows(table, VM)).extracting(Flow::labels).containsExactly(Labels.NONE);
    rollBack();

    before.assertIsNow();
  }

  @Test
  void onlyWhatTheSyncCreatedGoes() throws IOException {
    insert("-s " + VM + " -d " + PEER + " -p udp --sport 7 --dport 8 -t 600");
    Before before = new Before();

    apply(
        OURS,
        Flows.of(Flows.udp("fd00::100", 1, "fd00::9", 2)),
        Flows.of(Flows.udp(VM, 1, PEER, 2)));
    rollBack();

    before.assertIsNow();
  }

  @Test
  void whatWouldHaveEndedMeanwhileDoesNotComeBack() throws IOException {
    insert(
        "-s " + VM + " -d " + PEER + " -p tcp --sport 40000 --dport 443 -t 30 --state TIME_WAIT");

    assertThat(apply(OURS).updated()).hasSize(1);
    rollBack(Duration.ofSeconds(40));

    assertThat(flows(table, VM)).isEmpty();
  }

  @Test
  void aStaleEntryGetsNoLongerLife() throws IOException {
    insert(
        "-s "
            + VM
            + " -d "
            + PEER
            + " -p tcp --sport 40000 --dport 443 -t 500 --state ESTABLISHED");

    assertThat(apply(OURS).updated()).hasSize(1);
    rollBack(Duration.ofSeconds(100));

    assertThat(flows(table, VM).get(0).timeoutSeconds()).isBetween(300, 400);
  }

  @Test
  void doneAgainItChangesNothing() throws IOException {
    insert(
        "-s "
            + VM
            + " -d "
            + PEER
            + " -p tcp --sport 40000 --dport 443 -t 600 --state CLOSE_WAIT -m 9");
    Before before = new Before();
    apply(OURS);
    rollBack();

    rollBack();

    before.assertIsNow();
  }

  @Test
  void addingPutsBackWhatIsMissingAndLeavesWhatIsThere() throws IOException {
    insert(
        "-s "
            + VM
            + " -d "
            + PEER
            + " -p tcp --sport 40000 --dport 443 -t 600 --state FIN_WAIT -m 9");
    Flow lost = Flows.of(Flows.tcp(VM, 40001, PEER, 443));
    Before before = new Before();

    assertThat(table.add(entries(OURS, lost))).containsExactly(FlowEncoder.key(lost.id()));

    assertThat(table.remove(List.of(FlowEncoder.key(lost.id())))).isEqualTo(1);
    before.assertIsNow();
  }

  /** The table as both readers show it. */
  private final class Before {
    private final List<String> listing = node.listing();
    private final List<Flow> flows = significant();

    private Before() throws TableException {}

    void assertIsNow() throws TableException {
      assertThat(node.listing()).isEqualTo(listing);
      assertThat(significant()).isEqualTo(flows);
    }

    private List<Flow> significant() throws TableException {
      return flows(table, VM, "fd00::100").stream().map(flow -> flow.withTimeout(0)).toList();
    }
  }

  private Applied apply(Flow... flows) throws TableException {
    Applied applied = table.apply(entries(flows), ADMIT_ALL, this::note);
    assertThat(applied.refused()).isEmpty();
    created.addAll(applied.created());
    entries(flows).forEach(entry -> written.put(entry.key(), entry));
    return applied;
  }

  /** As a session's journal has it: the value from before the sync, and what was done last. */
  private void note(Former former) {
    if (!created.contains(former.key())) {
      formers.merge(
          former.key(), former, (first, later) -> new Former(first.entry(), later.fate()));
    }
  }

  private void forget() {
    created.clear();
    written.clear();
    formers.clear();
  }

  private void rollBack() throws TableException {
    rollBack(Duration.ZERO);
  }

  private void rollBack(Duration age) throws TableException {
    var unused = table.remove(created);
    var ignored =
        table.restore(
            formers.values().stream()
                .map(
                    former ->
                        new Restoration(
                            former,
                            age,
                            Optional.ofNullable(written.get(former.key()))
                                .map(entry -> new Restoration.Written(entry, Duration.ZERO))))
                .toList());
  }

  /** How the kernel shows what it was given. */
  private static Flow shown(Flow flow) {
    ProtocolState.Tcp tcp = (ProtocolState.Tcp) flow.state();
    return new Flow(
        flow.id(),
        flow.reply(),
        flow.status(),
        flow.timeoutSeconds(),
        flow.mark(),
        new ProtocolState.Tcp(tcp.state(), tcp.original().liberal(), tcp.reply().liberal()),
        flow.labels(),
        flow.corrections(),
        flow.ties());
  }

  private void insert(String options) {
    node.exec(("conntrack -I " + options).split(" "));
  }
}
