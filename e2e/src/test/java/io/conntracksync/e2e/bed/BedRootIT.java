package io.conntracksync.e2e.bed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.e2e.process.Daemon;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bed itself: it must be able to show both a connection that dies and one that lives. */
final class BedRootIT {
  private static Bed bed;

  private VirtualMachine guest;

  @BeforeAll
  static void makeTheBed() {
    bed = Bed.up(BedSettings.of(Path.of("")));
  }

  @AfterAll
  static void closeTheBed() {
    bed.close();
  }

  @BeforeEach
  void startAGuestOnNodeA() {
    bed.nodes().forEach(node -> node.firewall().reset());
    guest = bed.virtualMachine("default", "vm");
    guest.create(bed.nodeA());
  }

  @AfterEach
  void destroyTheGuest() {
    bed.nodes().forEach(guest::destroy);
  }

  @Test
  void theGuestAnswersThroughTheFirewallOverBothIpVersions() {
    FirewallCounters before = bed.nodeA().firewall().counters();

    assertThat(bed.client().isAnswered(guest.addresses().v4())).isTrue();
    assertThat(bed.client().isAnswered(guest.addresses().v6())).isTrue();

    FirewallCounters seen = bed.nodeA().firewall().counters().since(before);
    assertThat(seen.opened()).isGreaterThanOrEqualTo(2);
    assertThat(seen.established()).isGreaterThanOrEqualTo(2);
    assertThat(bed.nodeB().firewall().counters().opened()).isZero();
  }

  @Test
  void aMigrationIsSeenInTheRightOrder() {
    MigrationResult.Completed result = migrate();

    assertThat(List.of(result.start(), result.suspended(), result.resumed())).isSorted();
    assertThat(result.end()).isAfter(result.start());
    assertThat(result.downtime()).isPositive();
    assertThat(guest.state(bed.nodeA())).isEqualTo(DomainState.ABSENT);
    assertThat(guest.state(bed.nodeB())).isEqualTo(DomainState.RUNNING);
    assertThat(lifecycle(bed.nodeA())).endsWith("Suspended Migrated", "Stopped Migrated");
    assertThat(lifecycle(bed.nodeB())).endsWith("Started Migrated", "Resumed Migrated");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.30.0.100", "fd00:30::100"})
  void withoutItsEntryAConnectionDiesOfTheFirewallAlone(String address) {
    try (EchoConnection connection = EchoConnection.open(bed.client(), address)) {
      migrate();
      int echoed = connection.echoed();
      FirewallCounters before = bed.nodeB().firewall().counters();

      connection.send();
      Awaitility.await("retransmissions are dropped on the target")
          .atMost(Duration.ofSeconds(30))
          .until(() -> bed.nodeB().firewall().counters().since(before).droppedTcp() >= 3);

      assertThat(bed.client().isAnswered(address)).as("a new connection").isTrue();
      assertThat(connection.echoed()).isEqualTo(echoed);
    }
  }

  /** The control of the controls: with the entry in place nothing else kills the connection. */
  @ParameterizedTest
  @ValueSource(strings = {"10.30.0.100", "fd00:30::100"})
  void withItsEntryCopiedByConntrackToolsAConnectionSurvives(String address) {
    try (EchoConnection connection = EchoConnection.open(bed.client(), address)) {
      TableCopy.copy(bed.nodeA(), bed.nodeB());

      migrate();
      connection.send();

      connection.awaitEchoes();
      assertThat(bed.nodeB().firewall().counters().established()).isPositive();
    }
  }

  @Test
  void udpThatTheGuestDidNotAskForIsDropped() {
    FirewallCounters before = bed.nodeA().firewall().counters();

    bed.client().command("bash", "-c", "echo hello > /dev/udp/" + Plan.GUEST.v4() + "/7").run();

    Awaitility.await("the datagram is dropped")
        .until(() -> bed.nodeA().firewall().counters().since(before).droppedUdp() == 1);
  }

  @Test
  void aRefusalOfTheTargetsHookLeavesTheGuestOnTheSource() throws Exception {
    Path hook = bed.nodeB().hooks().resolve("50-refuse");
    Files.writeString(hook, "#!/bin/sh\n[ \"$2\" != started ]\n");
    try {
      assertThat(hook.toFile().setExecutable(true)).isTrue();

      MigrationResult result = guest.migrate(bed.nodeA(), bed.nodeB(), MigrationOptions.fast());

      assertThat(result).isInstanceOf(MigrationResult.Failed.class);
      assertThatThrownBy(result::orThrow).hasMessageContaining("50-refuse");
      assertThat(guest.state(bed.nodeA())).isEqualTo(DomainState.RUNNING);
      assertThat(guest.state(bed.nodeB())).isEqualTo(DomainState.ABSENT);
      assertThat(bed.client().isAnswered(guest.addresses().v4())).isTrue();
    } finally {
      Files.delete(hook);
    }
  }

  @Test
  void aProgramOnANodeSeesOnlyTheNode() throws Exception {
    Node node = bed.nodeB();
    Files.writeString(node.agentRuntime().resolve("note"), "from outside");

    assertThat(node.command("hostname").run()).isEqualToIgnoringNewLines("nodeb");
    assertThat(node.command("cat", "/run/conntracksync/note").run()).isEqualTo("from outside");
    assertThat(node.command("ip", "-o", "-4", "addr", "show", "up0").run())
        .contains(node.addresses().v4());
    assertThat(bed.nodeA().command("ls", "/run/conntracksync").run()).isEmpty();
  }

  @Test
  void theProcessOfAProgramOnANodeIsTheProgramItself() {
    Path log = BedSettings.of(Path.of("")).work().resolve("program.log");

    try (Daemon program =
        Daemon.start("program", log, Map.of(), bed.nodeB().enter("sleep", "infinity"))) {
      Path comm = Path.of("/proc", Long.toString(program.pid()), "comm");
      Awaitility.await("nsenter has become the program")
          .until(() -> Files.readString(comm).strip().equals("sleep"));
    }
  }

  @Test
  void theMachineReachesWhatListensOnTheFabric() throws Exception {
    Path log = BedSettings.of(Path.of("")).work().resolve("listener.log");

    try (Daemon listener =
        Daemon.start(
            "listener",
            log,
            Map.of(),
            bed.fabric().enter("busybox", "nc", "-ll", "-p", "6443", "-e", "busybox", "cat"))) {
      Awaitility.await("a connection from outside the namespaces")
          .ignoreException(ConnectException.class)
          .until(
              () -> {
                listener.requireAlive();
                new Socket(bed.fabric().addresses().v4(), 6443).close();
                return true;
              });
    }
  }

  @Test
  void thereIsOneBedAtATime() {
    assertThatThrownBy(() -> Bed.up(BedSettings.of(Path.of(""))))
        .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
    assertThat(guest.state(bed.nodeA())).isEqualTo(DomainState.RUNNING);
  }

  private MigrationResult.Completed migrate() {
    return guest.migrate(bed.nodeA(), bed.nodeB(), MigrationOptions.fast()).orThrow();
  }

  private List<String> lifecycle(Node node) {
    return node.events().seen().stream()
        .filter(event -> event.kind().equals("lifecycle"))
        .filter(event -> event.domain().equals(guest.domain()))
        .map(LibvirtEvent::detail)
        .toList();
  }
}
