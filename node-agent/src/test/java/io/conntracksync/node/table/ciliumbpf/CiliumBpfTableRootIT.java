package io.conntracksync.node.table.ciliumbpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.conntracksync.node.linux.BpfMapInfo;
import io.conntracksync.node.linux.MonotonicClock;
import io.conntracksync.node.table.Admission;
import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.Changes;
import io.conntracksync.node.table.Delta;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.EntrySink;
import io.conntracksync.node.table.Former;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.Restoration;
import io.conntracksync.node.table.SentEntries;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFault;
import io.conntracksync.node.table.TableFill;
import io.conntracksync.node.table.ciliumbpf.ClockSource.Jiffies;
import io.conntracksync.node.table.ciliumbpf.ClockSource.Ktime;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes with maps in the kernel. */
class CiliumBpfTableRootIT {
  private static final Admission ADMIT_ALL = ends -> Optional.empty();
  private static final String VM = "10.244.1.10";
  private static final String VM6 = "fd00::a";
  private static final int TARGET_NOW = 7000;

  /** The older node does not tell services of several protocols apart. */
  private static final ServiceName SERVICE =
      new ServiceName(Bytes.address("10.96.0.10"), 80, Protocol.TCP, ServiceName.EXTERNAL);

  private static final BackendName BACKEND =
      new BackendName(Bytes.address("10.244.2.20"), 8080, Protocol.TCP, 0);

  private final TestCilium source =
      new TestCilium(Generation.V1_19, new Ktime(), Examples.NOW, 10_000);
  private final TestCilium target =
      new TestCilium(Generation.V1_16, new Jiffies(250), TARGET_NOW, 4096);

  @AfterEach
  void end() {
    source.close();
    target.close();
  }

  @Test
  void aVmsEntriesMoveToANodeOfAnotherVersionClockAndIds() throws IOException {
    source.serve(SERVICE, 5, BACKEND, 37);
    target.serve(
        SERVICE.with(Protocol.ANY, ServiceName.EXTERNAL),
        0x2233,
        new BackendName(BACKEND.address(), BACKEND.port(), Protocol.ANY, 0),
        1234);
    target.identify(Bytes.address("198.51.100.0"), 24, 0x01000099);
    source.put(Examples.OUT, Examples.IN, Examples.SERVICE, Examples.TO_BACKEND, Examples.OUT6);
    source.put(Examples.RELATED, Examples.FRONTEND, foreign(1), foreign(2));

    List<Entry> entries = snapshot(source, VM, VM6);
    Applied applied = target.table().apply(entries, ADMIT_ALL);

    assertThat(entries).hasSize(7);
    assertThat(applied.created()).hasSize(6);
    assertThat(applied.updated()).isEmpty();
    assertThat(applied.refused()).isEqualTo(Map.of(RefusalReason.UNSUPPORTED, 1));
    // 8000 s in units of 1.024 s; RELATED had 60 s.
    assertThat(written(Examples.OUT).lifetime()).isEqualTo(TARGET_NOW + 7813);
    assertThat(written(Examples.RELATED).lifetime()).isEqualTo(TARGET_NOW + 59);
    assertThat(written(Examples.IN).identity()).isEqualTo(0x01000099);
    assertThat(written(Examples.SERVICE).revNat()).isEqualTo(0x2233);
    assertThat(written(Examples.SERVICE).second()).isEqualTo(1234);
    assertThat(written(Examples.TO_BACKEND).revNat()).isEqualTo(0x2233);
    assertThat(written(Examples.OUT6)).isEqualTo(written(Examples.OUT));
  }

  /** And back again: what was read there and is read here means the same. */
  @Test
  void whatWasWrittenReadsAsItWasSent() throws IOException {
    source.serve(SERVICE, 5, BACKEND, 37);
    target.serve(SERVICE, 6, BACKEND, 38);
    source.put(Examples.OUT, Examples.SERVICE, Examples.TO_BACKEND, Examples.OUT6);
    List<Entry> sent = snapshot(source, VM, VM6);
    Applied unused = target.table().apply(sent, ADMIT_ALL);

    List<Entry> read = snapshot(target, VM, VM6);

    CarriedReader reader = new CarriedReader();
    assertThat(read)
        .hasSameSizeAs(sent)
        .allSatisfy(
            entry ->
                assertThat(sent)
                    .anySatisfy(
                        original -> {
                          assertThat(original.key()).isEqualTo(entry.key());
                          assertThat(reader.significant(original))
                              .isEqualTo(reader.significant(entry));
                          assertThat(reader.lifetime(entry).toMillis())
                              .isBetween(7_998_000L, 8_002_000L);
                        }));
  }

  @Test
  void aRollbackLeavesWhatWasThereBefore() throws IOException {
    source.put(Examples.OUT, Examples.IN);
    target.put(Examples.IN, foreign(1));

    Applied applied = target.table().apply(snapshot(source, VM), ADMIT_ALL);

    assertThat(applied.created()).containsExactly(Examples.OUT.key().encode());
    assertThat(applied.updated()).containsExactly(Examples.IN.key().encode());
    assertThat(target.table().remove(applied.created())).isEqualTo(1);
    assertThat(target.table().remove(applied.created())).isZero();
    assertThat(target.find(Examples.OUT.key())).isEmpty();
    assertThat(target.find(Examples.IN.key())).isPresent();
    assertThat(target.find(foreign(1).key())).isPresent();
  }

  @Test
  void aRollbackGivesBackWhatWasUpdated() throws IOException {
    CtValue before = Bytes.value("", "801c0000 1000 0000 0700 12 12 05000001 00000000 00000000");
    target.put(new FoundEntry(Examples.IN.key(), before));
    source.put(Examples.OUT, Examples.IN);
    List<Entry> entries = snapshot(source, VM);
    List<Former> formers = new ArrayList<>();
    List<CtValue> whenTold = new ArrayList<>();

    target
        .table()
        .apply(
            entries,
            ADMIT_ALL,
            former -> {
              formers.add(former);
              whenTold.add(written(Examples.IN));
            });
    List<Restoration> restorations = restorations(formers, entries, Duration.ZERO);
    CtValue over = written(Examples.IN);
    int restored = target.table().restore(restorations);

    assertThat(formers).extracting(Former::fate).containsExactly(Former.Fate.UPDATED);
    assertThat(whenTold).containsExactly(before);
    assertThat(over).isNotEqualTo(before);
    assertThat(restored).isEqualTo(1);
    // An identity of the node itself is looked up again, and here nobody knows it.
    assertThat(written(Examples.IN))
        .usingRecursiveComparison()
        .ignoringFields("identity")
        .isEqualTo(before);
    assertThat(target.table().restore(restorations)).isZero();
    target.delete(Examples.IN.key());
    assertThat(target.table().restore(restorations)).isZero();
  }

  @Test
  void aRollbackTakesOutWhatWouldHaveEnded() throws IOException {
    // 488 units of 1.024 s are left, and 600 s go by.
    CtValue before = Bytes.value("", "401d0000 1000 0000 0000 12 12 d2040000 00000000 00000000");
    target.put(new FoundEntry(Examples.OUT.key(), before));
    source.put(Examples.OUT);
    List<Entry> entries = snapshot(source, VM);
    List<Former> formers = new ArrayList<>();
    Applied unused = target.table().apply(entries, ADMIT_ALL, formers::add);

    target.wait(586);

    assertThat(target.table().restore(restorations(formers, entries, Duration.ofMinutes(10))))
        .isEqualTo(1);
    assertThat(target.find(Examples.OUT.key())).isEmpty();
  }

  /** Over, but nobody has collected it: as a snapshot does not show it, it is nobody's. */
  @Test
  void whatTakesThePlaceOfWhatIsOverIsCreated() throws IOException {
    CtValue over = Bytes.value("", "00010000 1000 0000 0000 12 12 d2040000 00000000 00000000");
    target.put(new FoundEntry(Examples.OUT.key(), over));
    source.put(Examples.OUT);
    List<Former> formers = new ArrayList<>();

    Applied applied = target.table().apply(snapshot(source, VM), ADMIT_ALL, formers::add);

    assertThat(applied.created()).containsExactly(key(Examples.OUT));
    assertThat(formers).isEmpty();
  }

  /** Under such a key the node itself tells how a flow from outside goes on. */
  @Test
  void whatIsTheNodesOwnIsLeftAlone() throws IOException {
    CtValue nodePort = Bytes.value("", "401d0000 3000 0000 0000 12 12 d2040000 00000000 00000000");
    target.put(new FoundEntry(Examples.OUT.key(), nodePort));
    source.put(Examples.OUT);

    Applied applied = target.table().apply(snapshot(source, VM), ADMIT_ALL);

    assertThat(applied.refused()).isEqualTo(Map.of(RefusalReason.TUPLE_TAKEN, 1));
    assertThat(written(Examples.OUT)).isEqualTo(nodePort);
  }

  @Test
  void whatWasFlushedIsPutBackAndNothingElseTouched() throws IOException {
    source.put(Examples.OUT, Examples.IN);
    List<Entry> entries = snapshot(source, VM);
    Applied unused = target.table().apply(entries, ADMIT_ALL);
    CtValue out = written(Examples.OUT);
    target.delete(Examples.OUT.key());
    CtValue newer = Bytes.value("", "401d0000 1100 0000 0000 12 12 d2040000 00000000 00000000");
    target.put(new FoundEntry(Examples.IN.key(), newer));

    assertThat(target.table().add(entries)).containsExactly(key(Examples.OUT));
    assertThat(written(Examples.OUT)).isEqualTo(out);
    assertThat(written(Examples.IN)).isEqualTo(newer);
  }

  private static List<Restoration> restorations(
      List<Former> formers, List<Entry> written, Duration age) {
    return formers.stream()
        .map(
            former ->
                new Restoration(
                    former,
                    age,
                    written.stream()
                        .filter(entry -> entry.key().equals(former.key()))
                        .findFirst()
                        .map(entry -> new Restoration.Written(entry, age))))
        .toList();
  }

  @Test
  void aServiceThatTheTargetLacksIsRefusedAndNothingElse() throws IOException {
    source.serve(SERVICE, 5, BACKEND, 37);
    source.put(Examples.OUT, Examples.SERVICE, Examples.TO_BACKEND);

    Applied applied = target.table().apply(snapshot(source, VM), ADMIT_ALL);

    assertThat(applied.created()).containsExactly(Examples.OUT.key().encode());
    assertThat(applied.refused()).isEqualTo(Map.of(RefusalReason.SERVICE_UNKNOWN, 2));
  }

  @Test
  void aComparisonTellsWhatChangedAndNotThatTimePasses() throws IOException {
    SentEntries sent = new SentEntries(source.table().reader());
    source.put(Examples.OUT, Examples.IN);
    assertThat(compared(sent).upserts()).hasSize(2);

    source.wait(1);
    assertThat(compared(sent).isEmpty()).isTrue();

    source.delete(Examples.IN.key());
    source.put(Examples.RELATED);
    Delta delta = compared(sent);
    assertThat(delta.upserts()).extracting(Entry::key).containsExactly(key(Examples.RELATED));
    assertThat(delta.removed()).containsExactly(key(Examples.IN));
  }

  @Test
  void aLookReadsSingleEntries() throws IOException {
    source.put(Examples.OUT);
    try (Changes changes = source.table().changes(Set.of(Bytes.address(VM)))) {
      Delta delta = changes.look(List.of(key(Examples.OUT), key(Examples.IN)));

      assertThat(delta.upserts()).isEqualTo(snapshot(source, VM));
      assertThat(delta.removed()).containsExactly(key(Examples.IN));
    }
  }

  /** The kernel makes room by itself: what was used longest ago goes. */
  @Test
  void aFullTableTakesTheVmsEntries() throws IOException {
    for (int i = 0; i < 6000; i++) {
      target.put(foreign(i));
    }
    for (int i = 0; i < 500; i++) {
      source.put(vms(i));
    }

    Applied applied = target.table().apply(snapshot(source, VM), ADMIT_ALL);

    assertThat(applied.created()).hasSize(500);
    assertThat(snapshot(target, VM)).hasSize(500);
    TableFill fill = target.table().fill();
    assertThat(fill.capacity()).isEqualTo(4 * 4096);
    assertThat(fill.entries()).isBetween(3000L, 4096L);
  }

  @Test
  void whatOthersChangeDuringAScanHidesNothing() throws IOException {
    List<EntryKey> vms = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      source.put(vms(i));
      vms.add(key(vms(i)));
    }
    AtomicReference<Thread> changing = new AtomicReference<>();
    CompletableFuture<Void> change =
        CompletableFuture.runAsync(
            () -> {
              changing.set(Thread.currentThread());
              for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                source.put(foreign(i % 3000));
                source.delete(foreign((i + 1500) % 3000).key());
              }
            });
    await("others change the table").until(() -> source.find(foreign(0).key()).isPresent());

    for (int i = 0; i < 100; i++) {
      assertThat(snapshot(source, VM))
          .extracting(Entry::key)
          .containsExactlyInAnyOrderElementsOf(vms);
    }

    assertThat(change).isNotDone();
    changing.get().interrupt();
    change.join();
  }

  @Test
  void severalSyncsAtATimeGetTheirOwn() {
    source.put(Examples.OUT, foreign(1), foreign(2), foreign(3));
    List<CompletableFuture<List<Entry>>> answers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String address = i % 2 == 0 ? VM : "10.77.0.1";
      answers.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return snapshot(source, address);
                } catch (TableException e) {
                  throw new IllegalStateException(e);
                }
              }));
    }

    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i).join()).hasSize(i % 2 == 0 ? 1 : 3);
    }
  }

  @Test
  void aMapThatCiliumMadeAnewIsFound() throws IOException {
    source.put(Examples.OUT);
    assertThat(snapshot(source, VM)).hasSize(1);

    source.create(CtMap.TCP4, 20_000);
    assertThat(snapshot(source, VM)).isEmpty();

    source.put(Examples.IN);
    assertThat(snapshot(source, VM)).hasSize(1);
  }

  @Test
  void aNodeWithoutIpv6HasNoneAndTakesNone() throws IOException {
    source.put(Examples.OUT, Examples.OUT6);
    List<Entry> both = snapshot(source, VM, VM6);
    target.unpin(CtMap.TCP6.pin());
    target.unpin(CtMap.ANY6.pin());

    Applied applied = target.table().apply(both, ADMIT_ALL);

    assertThat(applied.created()).containsExactly(key(Examples.OUT));
    assertThat(applied.refused()).isEqualTo(Map.of(RefusalReason.UNSUPPORTED, 1));
    assertThat(snapshot(target, VM, VM6)).hasSize(1);
    assertThat(target.table().fill().entries()).isEqualTo(1);
    assertThat(target.table().remove(List.of(key(Examples.OUT6)))).isZero();
  }

  @Test
  void aNodeWithoutMapsSaysSo() throws IOException {
    for (CtMap map : CtMap.values()) {
      source.unpin(map.pin());
    }

    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> snapshot(source, VM),
            () -> source.table().fill(),
            () -> source.table().apply(List.of(), ADMIT_ALL))) {
      assertThatThrownBy(call)
          .isInstanceOfSatisfying(
              TableException.class, e -> assertThat(e.fault()).isEqualTo(TableFault.MAPS_ABSENT))
          .hasMessageContaining("no map of Cilium's is pinned")
          .hasMessageEndingWith("is Cilium running, and is the node's bpffs here");
    }
  }

  @Test
  void whatLeavesUnderTheNodesAddressIsNotSentAndCounted() throws IOException {
    source.put(Examples.OUT, Examples.IN);
    source.masquerade(Examples.OUT.key());
    List<Entry> sent = new ArrayList<>();
    Map<RefusalReason, Integer> kept = new HashMap<>();

    source
        .table()
        .snapshot(
            Set.of(Bytes.address(VM)),
            new EntrySink() {
              @Override
              public void accept(List<Entry> chunk) {
                sent.addAll(chunk);
              }

              @Override
              public void passedOver(RefusalReason reason, int count) {
                kept.put(reason, count);
              }
            });

    assertThat(sent).extracting(Entry::key).containsExactly(key(Examples.IN));
    assertThat(kept).isEqualTo(Map.of(RefusalReason.SOURCE_NODE_ADDRESS, 1));
  }

  /** facts/cilium.md, 11: an address is listed after its old entries were taken out. */
  @Test
  void aVmWhoseEndpointIsNotListedYetIsStillFlushed() throws IOException {
    Set<InetAddress> vms = Set.of(Bytes.address(VM), Bytes.address(VM6));
    assertThat(target.table().expectsFlush(vms)).as("no list").isFalse();

    target.list(Bytes.address("10.77.0.1"));
    assertThat(target.table().expectsFlush(vms)).isTrue();

    target.list(Bytes.address(VM));
    assertThat(target.table().expectsFlush(vms)).isFalse();
  }

  @Test
  void mapsThatCannotBeCiliumsAreRefused() {
    source
        .bpffs()
        .create(CtMap.TCP4.pin(), BpfMapInfo.LRU_HASH, Family.IPV4.keyLength(), 64, 10)
        .close();

    assertThatThrownBy(() -> snapshot(source, VM))
        .isInstanceOfSatisfying(
            TableException.class, e -> assertThat(e.fault()).isEqualTo(TableFault.LAYOUT_UNKNOWN))
        .hasMessageContaining("with keys of 14 and values of 64 bytes")
        .hasMessageEndingWith("this Cilium is not supported");
  }

  @Test
  void entriesOfAnotherClockAreRefused() {
    for (int i = 0; i < 200; i++) {
      source.put(vms(i));
    }
    source.wait(16_777_216);

    assertThatThrownBy(() -> snapshot(source, VM))
        .isInstanceOfSatisfying(
            TableException.class, e -> assertThat(e.fault()).isEqualTo(TableFault.CLOCK_MISMATCH))
        .hasMessageContaining("200 of 200 entries");
  }

  /** As the agent opens it: with the kernel's clock and the word of Cilium's own agent. */
  @Test
  void aNodeIsOpenedByWhatItsAgentSays(@TempDir Path folder) throws IOException {
    Path socket = folder.resolve("agent.sock");
    CiliumPaths paths = new CiliumPaths(source.paths().maps(), socket, socket, socket);
    String health =
        "{\"cilium\":{\"msg\":\"1.20.2 (v1.20.2-1)\"},\"clock-source\":{\"mode\":\"ktime\"}}";
    try (FakeCiliumAgent agent = FakeCiliumAgent.healthy(socket, health)) {
      CiliumBpfTable table = CiliumBpfTable.open(paths);
      assertThat(agent.asked()).isNotEmpty();
      Carried carried =
          new Carried(8_000_000, 0, 0, 0, Identity.of(1234), Meaning.NONE, Optional.empty());

      Applied applied =
          table.apply(List.of(CarriedCodec.encode(Examples.OUT.key(), carried)), ADMIT_ALL);

      assertThat(applied.created()).hasSize(1);
      long left =
          source.find(Examples.OUT.key()).orElseThrow().lifetime() - MonotonicClock.seconds();
      assertThat(left).isBetween(7900L, 8001L);
    }
  }

  private CtValue written(FoundEntry entry) {
    return target.find(entry.key()).orElseThrow();
  }

  private static EntryKey key(FoundEntry entry) {
    return entry.key().encode();
  }

  private Delta compared(SentEntries sent) throws TableException {
    SentEntries.Comparison comparison = sent.compare();
    List<Entry> news = new ArrayList<>();
    Instant now = Instant.EPOCH;
    source
        .table()
        .snapshot(Set.of(Bytes.address(VM)), chunk -> news.addAll(comparison.take(chunk, now)));
    return new Delta(news, comparison.finish());
  }

  private static List<Entry> snapshot(TestCilium node, String... addresses) throws TableException {
    List<Entry> entries = new ArrayList<>();
    node.table()
        .snapshot(
            Set.of(addresses).stream().map(Bytes::address).collect(Collectors.toSet()),
            entries::addAll);
    return entries;
  }

  /** A flow that the VM opened. */
  private static FoundEntry vms(int number) {
    return flow(VM, number);
  }

  /** A flow of another pod. */
  private static FoundEntry foreign(int number) {
    return flow("10.77.0.1", number);
  }

  private static FoundEntry flow(String pod, int number) {
    return new FoundEntry(
        new CtKey(
            Bytes.address(pod),
            Bytes.address("192.0.2.80"),
            443,
            1024 + number,
            Protocol.TCP,
            CtKey.OUT),
        Examples.OUT.value());
  }
}
