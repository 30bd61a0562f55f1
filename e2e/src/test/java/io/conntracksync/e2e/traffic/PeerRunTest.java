package io.conntracksync.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerRunTest {
  @TempDir Path folder;
  private final AtomicReference<Live> live = new AtomicReference<>(new Live(0, 0));
  private FakeGuest guest;
  private PeerRun run;

  @BeforeEach
  void start() throws IOException {
    guest = new FakeGuest();
    run = new PeerRun(guest.settings(List.of("127.0.0.1"), resultFile().toString()), live::set);
  }

  @AfterEach
  void stop() throws IOException {
    run.close();
    guest.close();
  }

  @Test
  void flowsOfBothSidesLiveWhileTheGuestAnswers() throws IOException {
    run.open("peer", 3);
    run.open("vm", 2);
    run.open("udp", 2);
    awaitLive(5, 5);
    awaitDatagramsBeyond(20);

    TrafficResult result = result();

    assertThat(result.flows())
        .extracting(Flow::opener)
        .containsExactly(
            Opener.PEER, Opener.PEER, Opener.PEER, Opener.VM, Opener.VM, Opener.VM, Opener.VM);
    assertThat(result.flows()).extracting(Flow::verdict).containsOnly(Verdict.ALIVE);
    assertThat(result.flows()).extracting(Flow::id).containsExactly(1, 2, 3, 4, 5, 6, 7);
    assertThat(result.flows()).allSatisfy(flow -> assertThat(flow.alive()).isNotEmpty());
  }

  /** Nobody balances on loopback: the service's address is the backend's. */
  @Test
  void aConnectionToAServiceIsToldFromOthers() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Service service = new Service("127.0.0.1", port, "127.0.0.1", port);
    run.close();
    run =
        new PeerRun(
            guest
                .settings(List.of("127.0.0.1"), resultFile().toString())
                .withServices(List.of(service)),
            live::set);
    run.open("vm", 1);
    run.open("service", 2);

    TrafficResult result = result();

    assertThat(result.flows())
        .extracting(Flow::service)
        .containsExactly("", "127.0.0.1:" + port, "127.0.0.1:" + port);
    assertThat(result.flows()).extracting(Flow::opener).containsOnly(Opener.VM);
  }

  @Test
  void withoutAServiceNoneIsReached() {
    assertThatThrownBy(() -> run.open("service", 1)).hasMessageContaining("no service");
  }

  @Test
  void flowsThatAFirewallForgotAreDeadWhileTheVmIsStillReached() throws IOException {
    run.open("peer", 2);
    run.open("vm", 2);
    run.open("udp", 1);
    guest.forgetOpenFlows();
    awaitLive(0, 4);

    TrafficResult result = result();

    assertThat(result.flows()).extracting(Flow::verdict).containsOnly(Verdict.DEAD);
    assertThat(result.newConnections())
        .containsExactly(new NewConnection("127.0.0.1", Family.IPV4, true, ""));
    assertThat(result.flows())
        .allSatisfy(
            flow -> assertThat(flow.longestGapMillis()).isGreaterThan(EchoTrail.SILENCE_MILLIS));
  }

  @Test
  void aPauseIsAGapAndNotADeath() throws IOException {
    run.open("peer", 2);
    run.open("vm", 2);
    run.open("udp", 1);
    awaitDatagramsBeyond(0);
    guest.pause();
    awaitLive(0, 4);
    int before = guest.datagrams();
    guest.resume();
    awaitLive(4, 4);
    awaitDatagramsBeyond(before);

    TrafficResult result = result();

    assertThat(result.flows(Transport.TCP)).extracting(Flow::verdict).containsOnly(Verdict.ALIVE);
    assertThat(result.flows())
        .allSatisfy(
            flow -> {
              assertThat(flow.alive()).hasSizeGreaterThanOrEqualTo(2);
              assertThat(flow.longestGapMillis()).isGreaterThan(EchoTrail.SILENCE_MILLIS);
            });
  }

  @Test
  void aFlowOpenedLaterIsJudgedLikeTheOthers() throws IOException {
    run.open("peer", 1);
    guest.forgetOpenFlows();
    awaitLive(0, 1);
    run.open("peer", 1);
    run.open("vm", 1);
    awaitLive(2, 3);

    TrafficResult result = result();

    assertThat(result.flows())
        .extracting(Flow::verdict)
        .containsExactly(Verdict.DEAD, Verdict.ALIVE, Verdict.ALIVE);
    assertThat(result.survived(Transport.TCP)).isEqualTo(2);
  }

  @Test
  void aConnectionThatTheVmClosesIsDeadAtOnce() throws IOException {
    run.open("peer", 1);
    guest.closeOpenConnections();
    awaitLive(0, 1);

    assertThat(result().flows())
        .singleElement()
        .satisfies(
            flow -> {
              assertThat(flow.verdict()).isEqualTo(Verdict.DEAD);
              assertThat(flow.note()).isNotEmpty();
            });
  }

  /** The path cannot repeat what TCP delivers: it is the guest's doing, and the flow goes on. */
  @Test
  void anEchoThatComesTwiceIsNotedAndNoAnswer() throws IOException {
    guest.stutter();
    run.open("peer", 1);
    await("a second message").until(() -> guest.answers() >= 4);

    assertThat(result().flows())
        .singleElement()
        .satisfies(
            flow -> {
              assertThat(flow.verdict()).isEqualTo(Verdict.ALIVE);
              assertThat(flow.note()).startsWith("echoes that came once more: ");
            });
  }

  @Test
  void aVmThatIsGoneLeavesItsStreamsUnjudged() throws IOException {
    run.open("udp", 1);
    guest.loseTheVm();

    TrafficResult result = result();

    assertThat(result.flows()).extracting(Flow::verdict).containsExactly(Verdict.UNKNOWN);
    assertThat(result.newConnections()).extracting(NewConnection::ok).containsExactly(false);
    assertThat(result.newConnections().get(0).note()).isNotEmpty();
  }

  @Test
  void anOpeningThatIsRefusedSaysSo() throws IOException {
    guest.close();

    assertThatThrownBy(() -> run.open("peer", 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("connections to the VM");
  }

  @Test
  void flowsOpenedAtRandomMomentsAreJudgedLikeTheOthers() throws IOException {
    run.scatter("peer", 1000, 4, 1);
    run.scatter("vm", 1000, 3, 2);
    awaitLive(7, 7);

    TrafficResult result = result();

    assertThat(result.flows()).extracting(Flow::verdict).containsOnly(Verdict.ALIVE);
    assertThat(result.flows())
        .extracting(Flow::opener)
        .containsExactlyInAnyOrder(
            Opener.PEER, Opener.PEER, Opener.PEER, Opener.PEER, Opener.VM, Opener.VM, Opener.VM);
    assertThat(result.marks())
        .extracting(Mark::name)
        .containsExactly(Mark.VM_DIALLED, Mark.VM_DIALLED, Mark.VM_DIALLED);
  }

  @Test
  void aConnectionThatWasNeverAnsweredIsDead() throws IOException {
    guest.pause();
    run.scatter("peer", 1000, 2, 1);
    await("both are open").until(() -> guest.openFlows() == 2);

    TrafficResult result = result();

    assertThat(result.flows()).extracting(Flow::verdict).containsOnly(Verdict.DEAD).hasSize(2);
    assertThat(result.flows()).extracting(Flow::note).containsOnly("never answered");
  }

  @Test
  void whatTheVmCouldNotBeToldIsAMark() throws IOException {
    guest.close();
    run.scatter("vm", 1000, 1, 1);

    await("the attempt").until(() -> run.marks().size() == 1);
    assertThat(run.marks().get(0).name()).startsWith(Mark.NOT_DIALLED + ": ");
  }

  @Test
  void marksAreInTheResult() throws IOException {
    run.mark(new Mark("resumed on the target", 1_700_000_000_000L));

    assertThat(result().marks())
        .containsExactly(new Mark("resumed on the target", 1_700_000_000_000L));
  }

  private TrafficResult result() throws IOException {
    run.stop();
    return ResultFile.read(resultFile());
  }

  private Path resultFile() {
    return folder.resolve("traffic.json");
  }

  private void awaitDatagramsBeyond(int count) {
    await("more than " + count + " datagrams at the VM").until(() -> guest.datagrams() > count);
  }

  private void awaitLive(int alive, int total) {
    await(alive + " of " + total + " connections alive")
        .until(() -> live.get().equals(new Live(alive, total)));
  }
}
