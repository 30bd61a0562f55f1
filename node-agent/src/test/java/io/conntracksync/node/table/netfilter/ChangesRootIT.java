package io.conntracksync.node.table.netfilter;

import static io.conntracksync.node.table.netfilter.TableSteps.ADMIT_ALL;
import static io.conntracksync.node.table.netfilter.TableSteps.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.Changes;
import io.conntracksync.node.table.Delta;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.EventCoverage;
import io.conntracksync.node.table.Observation;
import io.conntracksync.node.table.Overrun;
import io.conntracksync.node.table.TableException;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel tells; conntrack-tools and real sockets change. */
class ChangesRootIT {
  private static final String VM = "10.30.0.100";
  private static final Set<InetAddress> ADDRESSES =
      Set.of(Flows.address(VM), Flows.address("fd00::100"));
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final int TINY_BUFFER = 8 * 1024;
  private static final String EVENTS = "net.netfilter.nf_conntrack_events=";

  private static final String TRAFFIC =
      """
      import socket
      def listen(kind, address):
          s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
          s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
          s.bind((address, 8000))
          return s
      def connect(kind, source, target):
          s = socket.socket(socket.AF_INET6 if ":" in source else socket.AF_INET, kind)
          s.bind((source, 0))
          s.connect((target, 8000))
          return s
      kept = []
      for vm, peer in (("10.30.0.100", "10.30.0.9"), ("fd00::100", "fd00::9")):
          for source, target in ((vm, peer), (peer, vm)):
              server = listen(socket.SOCK_STREAM, target)
              server.listen()
              for number in range(20):
                  client = connect(socket.SOCK_STREAM, source, target)
                  accepted = server.accept()[0]
                  client.send(b"hello"); accepted.recv(9)
                  if number % 2: client.close(); accepted.close()
                  else: kept += [client, accepted]
              server.close()
              server = listen(socket.SOCK_DGRAM, target)
              for number in range(20):
                  client = connect(socket.SOCK_DGRAM, source, target)
                  client.send(b"hello")
                  if number % 2: server.sendto(b"hello", server.recvfrom(9)[1])
                  else: server.recvfrom(9)
                  kept += [client]
              server.close()
      print("ready", flush=True)
      input()
      """;

  private TestNamespace node;
  private NetfilterTable table;
  private Changes changes;

  @BeforeEach
  void node() throws IOException {
    node = TestNamespace.tracking("ev-node");
    table = node.table();
    changes = table.changes(ADDRESSES);
  }

  @AfterEach
  void clean() {
    changes.close();
    table.close();
    node.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-s 10.30.0.100 -d 192.0.2.9 -p tcp --sport 40000 --dport 443 -t 600 --state SYN_SENT",
        "-s 192.0.2.9 -d 10.30.0.100 -p udp --sport 5000 --dport 53 -t 600",
        "-s 10.30.0.100 -d 192.0.2.9 -p icmp --icmp-type 8 --icmp-code 0 --icmp-id 77 -t 600",
        "-s 10.30.0.100 -d 192.0.2.9 -p sctp --sport 5 --dport 6 -t 600 --state ESTABLISHED"
            + " --orig-vtag 17 --reply-vtag 18",
        "-s 10.30.0.100 -d 192.0.2.9 -p udp --sport 5000 --dport 53 -t 600 -w 9",
        "-s 10.30.0.100 -d 192.0.2.9 -p udp --sport 5000 --dport 53 -t 600 --orig-zone 9",
        "-s 10.30.0.100 -d 192.0.2.9 -p udp --sport 5 --dport 53 -t 600 --src-nat 203.0.113.5:6000",
        "-s 192.0.2.9 -d 10.96.0.1 -p udp --sport 5 --dport 53 -t 600 --dst-nat 10.30.0.100:5353",
        "-s fd00::100 -d fd00::9 -p udp --sport 5 --dport 53 -t 600 --src-nat [fd00::5]:6000",
        "-s fd00::9 -d fd00::100 -p icmpv6 --icmpv6-type 128 --icmpv6-code 0 --icmpv6-id 7 -t 600"
      })
  void anEntryIsToldWhenItComesChangesAndGoes(String options) throws IOException {
    Mirror mirror = new Mirror(table, ADDRESSES);
    conntrack("-I " + options);
    Delta came = next();
    mirror.take(came);
    assertThat(came.upserts()).hasSize(1);
    assertThat(mirror.contents()).isEqualTo(mirror.tableContents()).hasSize(1);

    Applied changed = table.apply(entries(marked(decode(came))), ADMIT_ALL);
    assertThat(changed.updated()).hasSize(1);
    mirror.take(next());
    assertThat(mirror.contents()).isEqualTo(mirror.tableContents());
    assertThat(mirror.messages()).isEqualTo(2);

    conntrack(options.contains("fd00") ? "-D -f ipv6" : "-D -f ipv4");
    assertThat(next()).isEqualTo(new Delta(List.of(), Set.of(came.upserts().get(0).key())));
  }

  @Test
  void realTrafficIsFollowedToItsEnd() throws Exception {
    for (String address : List.of("10.30.0.100/32", "10.30.0.9/32", "fd00::100/128", "fd00::9")) {
      node.exec("ip", "address", "add", address, "dev", "lo", "nodad");
    }
    Mirror mirror = new Mirror(table, ADDRESSES);
    Process traffic = node.start("python3", "-c", TRAFFIC);
    try {
      assertThat(traffic.inputReader().readLine()).isEqualTo("ready");
      follow(mirror);
      assertThat(mirror.contents()).hasSize(160);
    } finally {
      traffic.destroyForcibly().waitFor();
    }
    follow(mirror);
    assertThat(mirror.overruns()).isZero();
  }

  private void follow(Mirror mirror) {
    await("the mirror holds what the table holds")
        .atMost(LONG)
        .untilAsserted(
            () -> {
              mirror.take(changes.drain());
              assertThat(mirror.contents()).isEqualTo(mirror.tableContents());
            });
  }

  /** An update shows labels only if just they changed; they must not be lost by another update. */
  @Test
  void anUpdateLosesNothingThatItsEventDoesNotShow() throws IOException {
    node.rules(
        "table inet labels { chain c { type filter hook input priority 0; ct label set 1; }; }");
    Flow labelled = Flows.of(Flows.udp(VM, 5000, "192.0.2.9", 53)).withLabels(new Labels(5, 6));
    assertThat(table.apply(entries(labelled), ADMIT_ALL).created()).hasSize(1);
    Delta first = next();
    conntrack("-U -s 10.30.0.100 -p udp -m 9");

    Delta second = next();

    assertThat(first.upserts()).hasSize(1);
    assertThat(decode(second).labels()).isEqualTo(new Labels(5, 6));
    assertThat(decode(second).mark()).isEqualTo(9);
  }

  @Test
  void aTimeoutAloneIsToldButIsNoDifference() throws IOException {
    Mirror mirror = new Mirror(table, ADDRESSES);
    conntrack("-I -s 10.30.0.100 -d 192.0.2.9 -p udp --sport 5000 --dport 53 -t 600");
    mirror.take(next());

    conntrack("-U -s 10.30.0.100 -p udp -t 700");
    mirror.take(next());

    assertThat(mirror.messages()).isEqualTo(1);
  }

  @Test
  void manyChangesOfOneEntryAreOne() throws IOException {
    conntrack("-I -s 10.30.0.100 -d 192.0.2.9 -p udp --sport 5000 --dport 53 -t 600");
    for (int mark = 1; mark <= 5; mark++) {
      conntrack("-U -s 10.30.0.100 -p udp -m " + mark);
    }

    Delta all = next();

    assertThat(decode(all).mark()).isEqualTo(5);
    assertThat(changes.drain()).isEqualTo(Delta.NOTHING);
  }

  @Test
  void foreignEventsTakeNoRoom() throws IOException {
    try (NetfilterTable small = NetfilterTable.open(node.open(), TINY_BUFFER);
        Changes narrow = small.changes(ADDRESSES)) {
      node.execReading(udp("10.77.0.1", 3000), "conntrack", "-R", "-");
      node.execReading(udp(VM, 1), "conntrack", "-R", "-");

      Observation observed = narrow.drain();

      assertThat(observed).isInstanceOf(Delta.class);
      assertThat(((Delta) observed).upserts()).hasSize(1);
    }
  }

  @Test
  void anOverrunIsToldAndAComparisonLosesNothing() throws IOException {
    try (NetfilterTable small = NetfilterTable.open(node.open(), TINY_BUFFER);
        Changes narrow = small.changes(ADDRESSES)) {
      Mirror mirror = new Mirror(small, ADDRESSES);
      node.execReading(udp(VM, 5), "conntrack", "-R", "-");
      mirror.take(narrow.drain());
      assertThat(mirror.contents()).hasSize(5);
      conntrack("-D -p udp --orig-port-src 1003");
      node.execReading(udp(VM, 3000).replace("-t 600", "-t 600 -m 4"), "conntrack", "-R", "-");

      Observation observed = narrow.drain();

      assertThat(observed).isEqualTo(new Overrun());
      mirror.take(observed);
      assertThat(mirror.contents()).isEqualTo(mirror.tableContents()).hasSize(3000);
      // From here on everything is heard again.
      conntrack("-D -p udp --orig-port-src 1007");
      mirror.take(narrow.await(LONG));
      assertThat(mirror.contents()).isEqualTo(mirror.tableContents()).hasSize(2999);
      assertThat(mirror.overruns()).isEqualTo(1);
    }
  }

  /**
   * A VM may move on while this node still re-adds entries that were flushed after it arrived:
   * whoever made them, they belong to the VM.
   */
  @Test
  void entriesOfOurOwnImportsAreToldAsWell() throws IOException {
    Flow flow = Flows.of(Flows.tcp(VM, 40000, "192.0.2.9", 443));
    assertThat(table.apply(entries(flow), ADMIT_ALL).created()).hasSize(1);

    assertThat(decode(next()).id()).isEqualTo(flow.id());
  }

  @Test
  void anEntryOlderThanAllListenersIsSilentAndLookedAt() throws IOException {
    changes.close();
    conntrack("-I -s 10.30.0.100 -d 192.0.2.9 -p udp --sport 5000 --dport 53 -t 600");
    conntrack("-I -s 10.30.0.100 -d 192.0.2.9 -p udp --sport 5001 --dport 53 -t 600");
    changes = table.changes(ADDRESSES);
    Mirror mirror = new Mirror(table, ADDRESSES);
    mirror.compare();

    conntrack("-U -s 10.30.0.100 -p udp --orig-port-src 5000 -m 7");
    conntrack("-D -p udp --orig-port-src 5001");

    assertThat(changes.coverage()).isEqualTo(EventCoverage.NEW_ENTRIES_ONLY);
    assertThat(changes.drain()).isEqualTo(Delta.NOTHING);
    mirror.lookAtSilent(changes);
    assertThat(mirror.contents()).isEqualTo(mirror.tableContents()).hasSize(1);
  }

  @Test
  void anEntryThatIsCalledIsToldAsItIsUnlessItIsOlderThanAllListeners() throws IOException {
    changes.close();
    conntrack("-I -s 10.30.0.100 -d 192.0.2.9 -p udp --sport 5000 --dport 53 -t 600");
    table.listen();
    conntrack("-I -s 10.30.0.100 -d 192.0.2.9 -p udp --sport 5001 --dport 53 -t 600 -m 7");
    changes = table.changes(ADDRESSES);
    Mirror mirror = new Mirror(table, ADDRESSES);
    mirror.compare();
    Set<EntryKey> both = mirror.silent();
    Map<EntryKey, String> before = mirror.tableContents();

    changes.call(both);

    Flow told = decode(next());
    assertThat(told.mark()).isEqualTo(7);
    assertThat(changes.drain()).as("of the other one").isEqualTo(Delta.NOTHING);
    assertThat(both).hasSize(2).contains(FlowEncoder.key(told.id()));
    assertThat(mirror.tableContents()).isEqualTo(before);
  }

  @Test
  void anEntryThatIsCalledAndGoneIsNotMade() throws IOException {
    conntrack("-I -s 10.30.0.100 -d 192.0.2.9 -p udp --sport 5000 --dport 53 -t 600");
    EntryKey key = FlowEncoder.key(decode(next()).id());
    conntrack("-D -p udp --orig-port-src 5000");
    assertThat(changes.drain()).isEqualTo(new Delta(List.of(), Set.of(key)));

    changes.call(Set.of(key));

    assertThat(changes.drain()).isEqualTo(Delta.NOTHING);
    assertThat(table.fill().entries()).isZero();
  }

  @Test
  void anEntryMadeWhileTheAgentListensIsToldToLaterStreams() throws IOException {
    changes.close();
    table.listen();
    conntrack("-I -s 10.30.0.100 -d 192.0.2.9 -p udp --sport 5000 --dport 53 -t 600");
    changes = table.changes(ADDRESSES);

    conntrack("-U -s 10.30.0.100 -p udp -m 7");

    assertThat(decode(next()).mark()).isEqualTo(7);
  }

  @Test
  void withEventsForEveryEntryOldOnesAreTold() throws IOException {
    changes.close();
    node.exec("sysctl", "-qw", EVENTS + 1);
    conntrack("-I -s 10.30.0.100 -d 192.0.2.9 -p udp --sport 5000 --dport 53 -t 600");
    try (NetfilterTable prepared = node.table()) {
      changes = prepared.changes(ADDRESSES);
      conntrack("-U -s 10.30.0.100 -p udp -m 7");

      assertThat(changes.coverage()).isEqualTo(EventCoverage.ALL);
      assertThat(decode(next()).mark()).isEqualTo(7);
      changes.close();
    }
  }

  @Test
  void preparingEntriesDoesNotReachThoseThatAreThere() throws IOException {
    changes.close();
    conntrack("-I -s 10.30.0.100 -d 192.0.2.9 -p udp --sport 5000 --dport 53 -t 600");
    table.prepareEntriesForEvents();
    changes = table.changes(ADDRESSES);

    conntrack("-U -s 10.30.0.100 -p udp -m 7");

    assertThat(node.exec("sysctl", "-n", "net.netfilter.nf_conntrack_events").strip())
        .isEqualTo("1");
    assertThat(changes.coverage()).isEqualTo(EventCoverage.NEW_ENTRIES_ONLY);
    assertThat(changes.drain()).isEqualTo(Delta.NOTHING);
  }

  @Test
  void aTableWithoutEventsSaysSo() throws IOException {
    changes.close();
    node.exec("sysctl", "-qw", EVENTS + 0);
    changes = table.changes(ADDRESSES);

    conntrack("-I -s 10.30.0.100 -d 192.0.2.9 -p udp --sport 5000 --dport 53 -t 600");

    assertThat(changes.coverage()).isEqualTo(EventCoverage.NONE);
    assertThat(changes.drain()).isEqualTo(Delta.NOTHING);
  }

  @Test
  void aFlowThatNowLeadsToAnotherVmIsRemoved() throws IOException {
    String opening = "-s 192.0.2.9 -d 10.96.0.1 -p udp --sport 5 --dport 53 -t 600 --dst-nat ";
    conntrack("-I " + opening + "10.30.0.100:5353");
    Delta came = next();
    conntrack("-D -p udp");
    conntrack("-I " + opening + "10.30.0.101:5353");

    assertThat(next()).isEqualTo(new Delta(List.of(), Set.of(came.upserts().get(0).key())));
  }

  @Test
  void aWaitEndsWhenWokenAndWhenClosed() throws Exception {
    CompletableFuture<Observation> woken = waiting();
    changes.wake();
    assertThat(woken.get()).isEqualTo(Delta.NOTHING);

    CompletableFuture<Observation> closed = waiting();
    changes.close();
    assertThatThrownBy(closed::get)
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseInstanceOf(TableException.class);
    changes.wake();
    changes.close();
    assertThatThrownBy(changes::drain).hasMessageContaining("closed");
  }

  private CompletableFuture<Observation> waiting() {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return changes.await(Duration.ofMinutes(5));
          } catch (TableException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private Delta next() throws TableException {
    Observation observation = changes.await(LONG);
    assertThat(observation).isInstanceOf(Delta.class).isNotEqualTo(Delta.NOTHING);
    return (Delta) observation;
  }

  private static Flow decode(Delta delta) {
    assertThat(delta.upserts()).hasSize(1);
    try {
      return FlowDecoder.decode(delta.upserts().get(0));
    } catch (RefusedEntryException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Flow marked(Flow flow) {
    return new Flow(
        flow.id(),
        flow.reply(),
        flow.status(),
        flow.timeoutSeconds(),
        7,
        flow.state(),
        flow.labels(),
        flow.corrections(),
        flow.ties());
  }

  private void conntrack(String options) {
    node.exec(("conntrack " + options).split(" "));
  }

  private static String udp(String from, int count) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append("-A -s " + from + " -d 192.0.2.9 -p udp --sport " + (1000 + i));
      lines.append(" --dport 53 -t 600 -u SEEN_REPLY\n");
    }
    return lines.toString();
  }
}
