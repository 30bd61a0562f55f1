package io.conntracksync.node.agent;

import static io.conntracksync.node.agent.SyncBench.PEER;
import static io.conntracksync.node.agent.SyncBench.VM;
import static io.conntracksync.node.agent.SyncBench.last;
import static io.conntracksync.node.agent.SyncBench.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.session.Conclusion;
import io.conntracksync.node.session.Endpoint;
import io.conntracksync.node.session.SessionLimits;
import io.conntracksync.node.session.SourceProgress;
import io.conntracksync.node.session.SyncOrder;
import io.conntracksync.node.session.TargetProgress;
import io.conntracksync.node.session.TargetProgress.Cleanup;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.FakeTable;
import io.conntracksync.node.table.JoinedTables;
import io.conntracksync.node.table.NodeEntries;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableFormat;
import io.conntracksync.node.transfer.FrameChannel;
import io.conntracksync.node.transfer.Message;
import io.conntracksync.node.transfer.RefusalCode;
import io.conntracksync.node.transfer.TransferFault;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TransferSessionsTest {
  private static final Duration PLENTY = Duration.ofSeconds(20);
  private static final Message.Hello HELLO =
      new Message.Hello(
          "uid-1",
          JoinedTables.format(new TableFormat("fake", "1"), new TableFormat("fake", "1")),
          Set.of(FakeTable.address(VM)));

  @Test
  void aSnapshotArrivesIsVerifiedAndKept() {
    List<Entry> flows = FakeTable.flows(VM, PEER, 412);
    try (SyncBench bench = new SyncBench()) {
      bench.sourceTable.holding(flows).holding(FakeTable.flows("10.0.0.6", PEER, 5));
      bench.target().assigned(order(), bench.endpoint);
      bench.source().assigned(order(), bench.endpoint);

      await("verified")
          .until(() -> last(bench.targetProgress).flatMap(TargetProgress::verified).isPresent());
      await("exported").until(() -> bench.exported().equals("Exported"));
      TargetProgress target = last(bench.targetProgress).orElseThrow();
      assertThat(target.imported().message()).isEqualTo("412 of 412 entries applied");
      assertThat(target.verified()).contains(412L);
      assertThat(target.entriesApplied()).isEqualTo(412);
      assertThat(target.entriesReceived()).isEqualTo(412);
      assertThat(target.port()).isEqualTo(bench.endpoint.port());
      assertThat(bench.targetTable.keys()).hasSize(412);
      SourceProgress source = last(bench.sourceProgress).orElseThrow();
      assertThat(source.rounds()).isEqualTo(1);
      assertThat(source.entriesSent()).isEqualTo(412);
      assertThat(source.bytesSent()).isGreaterThan(412 * 10);

      bench.target().concluded(order(), Conclusion.KEEP);
      await("cleaned up")
          .until(() -> cleanup(bench).equals(Optional.of(new Cleanup(Conclusion.KEEP, 412))));
      bench.source().concluded(order(), Conclusion.KEEP);
      assertThat(bench.targetTable.keys()).hasSize(412);
      assertThat(bench.exported()).isEqualTo("Exported");
      await("port is free again").until(() -> isFree(bench.endpoint));
      assertThat(bench.targetFaults).isEmpty();
      assertThat(bench.sourceFaults).isEmpty();
    }
  }

  @Test
  void aRollbackTakesOutExactlyWhatWasCreated() {
    Entry before = FakeTable.flow(VM, PEER, 1);
    Entry foreign = FakeTable.flow("10.0.0.6", PEER, 1);
    try (SyncBench bench = new SyncBench()) {
      bench.sourceTable.holding(FakeTable.flows(VM, PEER, 300));
      bench.targetTable.holding(List.of(before, foreign));
      bench.target().assigned(order(), bench.endpoint);
      bench.source().assigned(order(), bench.endpoint);
      await("imported").until(() -> bench.imported().equals("Imported"));

      bench.target().concluded(order(), Conclusion.ROLL_BACK);

      await("cleaned up")
          .until(() -> cleanup(bench).equals(Optional.of(new Cleanup(Conclusion.ROLL_BACK, 299))));
      assertThat(bench.targetTable.keys()).containsExactlyInAnyOrder(before.key(), foreign.key());
    }
  }

  @Test
  void aChunkUnderWayWhenTheSyncEndsIsTakenOutToo() {
    CountDownLatch open = new CountDownLatch(1);
    try (SyncBench bench = new SyncBench()) {
      bench.sourceTable.holding(FakeTable.flows(VM, PEER, 300));
      bench.targetTable.holdUntil(open);
      bench.target().assigned(order(), bench.endpoint);
      bench.source().assigned(order(), bench.endpoint);
      await("a chunk is under way").until(() -> bench.targetTable.waiting() == 1);

      bench.target().concluded(order(), Conclusion.ROLL_BACK);
      open.countDown();

      await("cleaned up").until(() -> cleanup(bench).isPresent());
      await("the connection is done").until(() -> bench.targetTable.waiting() == 0);
      assertThat(bench.targetTable.keys()).isEmpty();
    }
  }

  @Test
  void whatANetworkPluginFlushesBeforeTheVmRunsIsPutBackWithTheNextBarrier() {
    try (SyncBench bench = new SyncBench()) {
      bench.sourceTable.holding(FakeTable.flows(VM, PEER, 10));
      bench.targetTable.plugin(FakeTable.Plugin.AT_WORK);
      bench.target().assigned(order(), bench.endpoint);
      bench.source().assigned(order(), bench.endpoint);
      await("applied all the same").until(() -> bench.imported().equals("Imported"));

      bench.targetTable.holdOnly(List.of());
      bench.targetTable.plugin(FakeTable.Plugin.DONE);

      await("put back").until(() -> last(bench.targetProgress).orElseThrow().reasserted() == 10);
      assertThat(bench.targetTable.keys()).hasSize(10);
    }
  }

  @Test
  void aSourceThatIsRestartedReplacesItself() {
    try (SyncBench bench = new SyncBench()) {
      bench.sourceTable.holding(FakeTable.flows(VM, PEER, 10));
      bench.target().assigned(order(), bench.endpoint);
      bench.source().assigned(order(), bench.endpoint);
      await("imported").until(() -> bench.imported().equals("Imported"));

      bench.restartSource();
      bench.sourceTable.holding(List.of(FakeTable.flow(PEER, VM, 99)));
      bench.source().assigned(order(), bench.endpoint);

      await("imported again")
          .until(() -> last(bench.targetProgress).orElseThrow().entriesApplied() == 11);
      assertThat(last(bench.targetProgress).orElseThrow().entriesReceived()).isEqualTo(21);
      bench.target().concluded(order(), Conclusion.ROLL_BACK);
      await("cleaned up")
          .until(() -> cleanup(bench).equals(Optional.of(new Cleanup(Conclusion.ROLL_BACK, 11))));
    }
  }

  @Test
  void aRestartedSourceComesInWhenItsNewKeyIsKnown() {
    try (SyncBench bench = new SyncBench()) {
      bench.sourceTable.holding(FakeTable.flows(VM, PEER, 10));
      bench.target().assigned(order(), bench.endpoint);
      bench.source().assigned(order(), bench.endpoint);
      await("exported").until(() -> bench.exported().equals("Exported"));

      bench.restartSourceInSilence();
      bench.source().assigned(order(), bench.endpoint);
      await("refused").until(() -> bench.targetFaults.contains(TransferFault.UNKNOWN_KEY));
      await("the source says so").until(() -> bench.exported().equals("Unreachable"));
      assertThat(last(bench.sourceProgress).orElseThrow().exported().message())
          .contains("node target does not take this node's key");
      bench.publishSource();

      await("exported again").until(() -> bench.exported().equals("Exported"));
      assertThat(bench.targetTable.keys()).hasSize(10);
    }
  }

  @Test
  void strangersWhoSayNothingKeepNobodyOut() throws IOException {
    try (SyncBench bench = new SyncBench()) {
      bench.sourceTable.holding(FakeTable.flows(VM, PEER, 10));
      bench.target().assigned(order(), bench.endpoint);
      await("listening").until(() -> bench.imported().equals("Listening"));
      List<Socket> strangers = new ArrayList<>();
      // Twice as many as there are places: half of them make room for each other, one for the
      // source.
      for (int i = 0; i < 12; i++) {
        strangers.add(new Socket(bench.endpoint.address(), bench.endpoint.port()));
      }

      bench.source().assigned(order(), bench.endpoint);

      await("imported").until(() -> bench.imported().equals("Imported"));
      for (Socket stranger : strangers) {
        stranger.close();
      }
      assertThat(bench.targetFaults).hasSize(7).containsOnly(TransferFault.TOO_MANY_HANDSHAKES);
    }
  }

  @Test
  void aTargetThatIsRestartedIsSentEverythingAgain() {
    try (SyncBench bench = new SyncBench()) {
      bench.sourceTable.holding(FakeTable.flows(VM, PEER, 10));
      bench.target().assigned(order(), bench.endpoint);
      bench.source().assigned(order(), bench.endpoint);
      await("exported").until(() -> bench.exported().equals("Exported"));

      bench.restartTarget();
      await("the loss is said")
          .until(
              () ->
                  bench.sourceProgress.stream()
                      .anyMatch(each -> each.exported().reason().equals("ConnectionLost")));
      bench.target().assigned(order(), bench.endpoint);

      await("exported again").until(() -> last(bench.sourceProgress).orElseThrow().rounds() == 2);
      assertThat(bench.exported()).isEqualTo("Exported");
    }
  }

  @Test
  void aPeerThatDiesInMidStreamIsSaidAndForgotten() throws IOException {
    try (SyncBench bench = new SyncBench()) {
      bench.target().assigned(order(), bench.endpoint);
      await("listening").until(() -> bench.imported().equals("Listening"));
      try (FrameChannel dying = connect(bench)) {
        dying.write(HELLO);
        assertThat(dying.read(PLENTY)).isEqualTo(HELLO);
        dying.write(new Message.Upserts(NodeEntries.tagged(FakeTable.flows(VM, PEER, 3))));
      }
      await("lost").until(() -> bench.imported().equals("ConnectionLost"));

      bench.sourceTable.holding(FakeTable.flows(VM, PEER, 10));
      bench.source().assigned(order(), bench.endpoint);

      await("imported").until(() -> bench.imported().equals("Imported"));
      assertThat(last(bench.targetProgress).orElseThrow().entriesApplied()).isEqualTo(10);
    }
  }

  @Test
  void aNewerConnectionClosesTheEarlierOne() throws IOException {
    try (SyncBench bench = new SyncBench()) {
      bench.target().assigned(order(), bench.endpoint);
      await("listening").until(() -> bench.imported().equals("Listening"));
      try (FrameChannel first = connect(bench);
          FrameChannel second = connect(bench)) {
        first.write(HELLO);
        assertThat(first.read(PLENTY)).isEqualTo(HELLO);

        second.write(HELLO);
        assertThat(second.read(PLENTY)).isEqualTo(HELLO);

        assertThat(catchThrowable(() -> first.read(PLENTY))).isInstanceOf(IOException.class);
        second.write(new Message.Barrier(1));
        assertThat(second.read(PLENTY)).isInstanceOf(Message.Ack.class);
        // The source is told first, and people next.
        await("imported").until(() -> bench.imported().equals("Imported"));
      }
    }
  }

  @Test
  void garbageOnThePortHarmsNothing() throws IOException {
    try (SyncBench bench = new SyncBench()) {
      bench.target().assigned(order(), bench.endpoint);
      await("listening").until(() -> bench.imported().equals("Listening"));

      send(bench.endpoint, "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      send(bench.endpoint, HexFormat.of().parseHex("160301020001"));
      send(bench.endpoint, HexFormat.of().parseHex("02ffffffff"));
      send(bench.endpoint, HexFormat.of().parseHex("020000000105"));

      await("counted")
          .untilAsserted(
              () ->
                  assertThat(bench.targetFaults)
                      .containsExactlyInAnyOrder(
                          TransferFault.HTTP_BYTES,
                          TransferFault.TRUNCATED,
                          TransferFault.NOT_TLS,
                          TransferFault.NOT_TLS));
      bench.sourceTable.holding(FakeTable.flows(VM, PEER, 10));
      bench.source().assigned(order(), bench.endpoint);
      await("imported").until(() -> bench.imported().equals("Imported"));
    }
  }

  @Test
  void aPeerOfAnotherSyncIsRefusedByName() throws IOException {
    try (SyncBench bench = new SyncBench()) {
      bench.target().assigned(order(), bench.endpoint);
      await("listening").until(() -> bench.imported().equals("Listening"));
      try (FrameChannel other = connect(bench)) {
        other.write(new Message.Hello("uid-2", HELLO.format(), HELLO.addresses()));

        assertThat(other.read(PLENTY))
            .isEqualTo(
                new Message.Refusal(
                    RefusalCode.OTHER_SYNC,
                    "the peer speaks of sync uid-2, this port is for another"));
      }
      await("counted").until(() -> bench.targetFaults.equals(List.of(TransferFault.OTHER_SYNC)));
      assertThat(bench.imported()).isEqualTo("Listening");
    }
  }

  @Test
  void tablesThatDifferAreNamedOnBothSides() {
    FakeTable other = new FakeTable(new TableFormat("cilium-bpf", "7"));
    try (SyncBench bench = new SyncBench(other, new FakeTable(), SessionLimits.DEFAULTS)) {
      bench.target().assigned(order(), bench.endpoint);
      bench.source().assigned(order(), bench.endpoint);

      await("source knows").until(() -> bench.exported().equals("RefusedByPeer"));
      await("target knows").until(() -> bench.imported().equals("FormatsDiffer"));
      assertThat(last(bench.sourceProgress).orElseThrow().exported().message())
          .contains("cilium-bpf/7")
          .contains("fake/1");
      assertThat(bench.sourceFaults).contains(TransferFault.REFUSED_BY_PEER);
      assertThat(bench.targetFaults).contains(TransferFault.FORMATS_DIFFER);
    }
  }

  @Test
  void moreEntriesThanAllowedAreRefusedInMidStream() {
    SessionLimits few = new SessionLimits(4, 250, Duration.ofMillis(200));
    try (SyncBench bench = new SyncBench(new FakeTable(), new FakeTable(), few)) {
      bench.sourceTable.holding(FakeTable.flows(VM, PEER, 5000));
      bench.target().assigned(order(), bench.endpoint);
      bench.source().assigned(order(), bench.endpoint);

      await("target says so").until(() -> bench.imported().equals("TooManyEntries"));
      await("source says so").until(() -> bench.exported().equals("RefusedByPeer"));
      assertThat(bench.targetTable.keys()).hasSizeLessThanOrEqualTo(250);
      assertThat(bench.targetFaults).containsExactly(TransferFault.TOO_MANY_ENTRIES);
    }
  }

  @Test
  void whatTheTargetMayNotTakeIsCounted() throws IOException {
    try (SyncBench bench = new SyncBench()) {
      bench.target().assigned(order(), bench.endpoint);
      await("listening").until(() -> bench.imported().equals("Listening"));
      try (FrameChannel forger = connect(bench)) {
        forger.write(HELLO);
        assertThat(forger.read(PLENTY)).isEqualTo(HELLO);
        forger.write(
            new Message.Upserts(
                NodeEntries.tagged(
                    List.of(
                        FakeTable.flow(VM, PEER, 1),
                        FakeTable.flow("10.0.0.6", PEER, 1),
                        FakeTable.flow(VM, "127.0.0.1", 1)))));
        forger.write(new Message.Barrier(1));

        assertThat(forger.read(PLENTY))
            .isEqualTo(
                new Message.Ack(
                    1,
                    1,
                    Map.of(RefusalReason.FOREIGN_ADDRESS, 1L, RefusalReason.NOT_UNICAST, 1L)));
      }
      assertThat(bench.targetTable.keys()).hasSize(1);
    }
  }

  @Test
  void aPortInUseIsSaidAndAnotherOneTaken() throws IOException {
    try (SyncBench bench = new SyncBench();
        ServerSocket other = new ServerSocket(bench.endpoint.port(), 1, bench.endpoint.address())) {
      bench.sourceTable.holding(FakeTable.flows(VM, PEER, 10));
      bench.target().assigned(order(), bench.endpoint);
      await("port in use").until(() -> bench.imported().equals("PortInUse"));
      TargetProgress progress = last(bench.targetProgress).orElseThrow();
      assertThat(progress.port()).isEqualTo(other.getLocalPort());
      assertThat(progress.imported().message()).contains("" + other.getLocalPort());

      Endpoint free = SyncBench.freeEndpoint();
      bench.target().assigned(order(), free);
      bench.source().assigned(order(), free);

      await("imported").until(() -> bench.imported().equals("Imported"));
      assertThat(last(bench.targetProgress).orElseThrow().port()).isEqualTo(free.port());
    }
  }

  @Test
  void aTableThatFailsIsSaidOnBothSidesAndTriedAgain() {
    try (SyncBench bench = new SyncBench()) {
      bench.sourceTable.holding(FakeTable.flows(VM, PEER, 10));
      bench.targetTable.fail("sendmsg NETLINK_NETFILTER failed: EPERM, needs CAP_NET_ADMIN");
      bench.target().assigned(order(), bench.endpoint);
      bench.source().assigned(order(), bench.endpoint);

      await("target says so").until(() -> bench.imported().equals("TableFailed"));
      await("source says so").until(() -> bench.exported().equals("RefusedByPeer"));
      assertThat(last(bench.sourceProgress).orElseThrow().exported().message())
          .contains("CAP_NET_ADMIN");
      bench.targetTable.recover();

      await("imported").until(() -> bench.imported().equals("Imported"));
    }
  }

  @Test
  void aFullTableIsSaid() {
    FakeTable small = new FakeTable().holdingAtMost(7);
    try (SyncBench bench = new SyncBench(new FakeTable(), small, SessionLimits.DEFAULTS)) {
      bench.sourceTable.holding(FakeTable.flows(VM, PEER, 10));
      bench.target().assigned(order(), bench.endpoint);
      bench.source().assigned(order(), bench.endpoint);

      await("said").until(() -> bench.imported().equals("TableFull"));
      assertThat(last(bench.targetProgress).orElseThrow().refused())
          .containsEntry(RefusalReason.TABLE_FULL, 3L);
      await("source knows").until(() -> bench.exported().equals("Exported"));
      assertThat(last(bench.sourceProgress).orElseThrow().exported().message())
          .endsWith("7 of them applied; refused: TableFull 3");
    }
  }

  @Test
  void aSyncThatIsOverIsNotStartedAgain() {
    try (SyncBench bench = new SyncBench()) {
      bench.target().assigned(order(), bench.endpoint);
      await("listening").until(() -> bench.imported().equals("Listening"));
      bench.target().concluded(order(), Conclusion.ROLL_BACK);
      await("cleaned up").until(() -> cleanup(bench).isPresent());
      int said = bench.targetProgress.size();

      bench.target().assigned(order(), bench.endpoint);
      bench.target().concluded(order(), Conclusion.ROLL_BACK);

      await("port stays free").until(() -> isFree(bench.endpoint));
      assertThat(bench.targetProgress).hasSize(said);
    }
  }

  @Test
  void moreSyncsThanAllowedAreSaid() {
    SessionLimits one = new SessionLimits(1, 10, Duration.ofMillis(200));
    try (SyncBench bench = new SyncBench(new FakeTable(), new FakeTable(), one)) {
      bench.target().assigned(order(), bench.endpoint);
      bench
          .target()
          .assigned(
              new SyncOrder(
                  "uid-2",
                  "ns",
                  "other",
                  "ns_other",
                  SyncBench.NODES,
                  order().addresses(),
                  PLENTY,
                  PLENTY,
                  order().deadlinePolicy()),
              SyncBench.freeEndpoint());

      assertThat(bench.targetProgress.stream().map(each -> each.imported().reason()))
          .contains("TooManySyncs");
    }
  }

  private static Optional<Cleanup> cleanup(SyncBench bench) {
    return last(bench.targetProgress).flatMap(TargetProgress::cleanup);
  }

  private static FrameChannel connect(SyncBench bench) throws IOException {
    return bench
        .transport()
        .connect(
            new InetSocketAddress(bench.endpoint.address(), bench.endpoint.port()),
            SyncBench.NODES.target(),
            PLENTY);
  }

  private static void send(Endpoint endpoint, byte[] bytes) throws IOException {
    try (Socket socket = new Socket(endpoint.address(), endpoint.port())) {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
      assertThat(socket.getInputStream().readAllBytes()).as("what a stranger hears").isEmpty();
    }
  }

  private static boolean isFree(Endpoint endpoint) {
    try (ServerSocket socket = new ServerSocket(endpoint.port(), 1, endpoint.address())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
