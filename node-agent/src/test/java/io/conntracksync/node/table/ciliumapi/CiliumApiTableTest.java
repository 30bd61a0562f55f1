package io.conntracksync.node.table.ciliumapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.Changes;
import io.conntracksync.node.table.Delta;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.EventCoverage;
import io.conntracksync.node.table.FlowEnds;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.SentEntries;
import io.conntracksync.node.table.TableException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes, each with a fake of Cilium's agent behind a real socket. */
class CiliumApiTableTest {
  private static final Set<InetAddress> VM = Set.of(Examples.VM);

  @TempDir Path folder;

  private InMemoryCiliumAgent sourceAgent;
  private InMemoryCiliumAgent targetAgent;
  private CiliumApiTable source;
  private CiliumApiTable target;

  @BeforeEach
  void start() throws Exception {
    sourceAgent = InMemoryCiliumAgent.at(folder.resolve("source.sock"));
    targetAgent = InMemoryCiliumAgent.at(folder.resolve("target.sock"));
    source = open("source.sock");
    target = open("target.sock");
  }

  @AfterEach
  void stop() {
    sourceAgent.close();
    targetAgent.close();
  }

  @Test
  void entriesArriveAndAreLookedAt() throws Exception {
    sourceAgent.maps().put(Examples.OUT, Examples.OUT_VALUE);
    sourceAgent.maps().put(Examples.IN, Examples.IN_VALUE);
    targetAgent.maps().pass(500_000);

    Applied applied = target.apply(snapshot(), CiliumApiTableTest::anything);

    assertThat(applied.created()).containsExactlyInAnyOrder(key(Examples.OUT), key(Examples.IN));
    assertThat(applied.refused()).isEmpty();
    // 8000 s left of 600000, nothing reported yet.
    assertThat(targetAgent.maps().value(Examples.OUT))
        .isEqualTo("00".repeat(32) + "0047090010000000" + "00001a1ad2040000" + "00".repeat(8));
  }

  @Test
  void whatIsThereAlreadyIsUpdated() throws Exception {
    sourceAgent.maps().put(Examples.OUT, Examples.OUT_VALUE);
    List<Entry> entries = snapshot();
    var unused = target.apply(entries, CiliumApiTableTest::anything);

    Applied again = target.apply(entries, CiliumApiTableTest::anything);

    assertThat(again.created()).isEmpty();
    assertThat(again.updated()).containsExactly(key(Examples.OUT));
  }

  @Test
  void aConnectionToAServiceIsTranslatedEvenAlone() throws Exception {
    sourceAgent.maps().put(Examples.SERVICE, Examples.SERVICE_VALUE);
    sourceAgent.maps().put(Examples.TO_BACKEND, Examples.TO_BACKEND_VALUE);
    targetAgent.maps().service(Examples.SERVICE_FRONTEND, 9);
    Entry connection =
        snapshot().stream()
            .filter(entry -> entry.key().equals(key(Examples.TO_BACKEND)))
            .findFirst()
            .orElseThrow();

    Applied applied = target.apply(List.of(connection), CiliumApiTableTest::anything);

    assertThat(applied.created()).containsExactly(key(Examples.TO_BACKEND));
    assertThat(targetAgent.maps().value(Examples.TO_BACKEND).substring(76, 80)).isEqualTo("0009");
    assertThat(targetAgent.maps().value(Examples.SERVICE)).startsWith("00".repeat(8) + "25");
  }

  @Test
  void whatTheTargetCannotTranslateIsToldFromWhatItLost() throws Exception {
    sourceAgent.maps().put(Examples.SERVICE, Examples.SERVICE_VALUE);
    sourceAgent.maps().put(Examples.TO_BACKEND, Examples.TO_BACKEND_VALUE);
    sourceAgent.maps().put(Examples.OUT, Examples.OUT_VALUE);

    Applied untranslated = target.apply(snapshot(), CiliumApiTableTest::anything);
    targetAgent.maps().remove(Examples.OUT);
    targetAgent.has(InMemoryCiliumAgent.Fault.IMPORTS_NOTHING);
    Applied lost = target.apply(snapshot(), CiliumApiTableTest::anything);

    assertThat(untranslated.created()).containsExactly(key(Examples.OUT));
    assertThat(untranslated.refused()).isEqualTo(Map.of(RefusalReason.SERVICE_UNKNOWN, 2));
    assertThat(lost.refused())
        .isEqualTo(Map.of(RefusalReason.SERVICE_UNKNOWN, 2, RefusalReason.NOT_KEPT, 1));
  }

  @Test
  void aConnectionWhoseServiceIsUnknownAtTheSourceIsNotEvenTried() throws Exception {
    sourceAgent.maps().put(Examples.TO_BACKEND, Examples.TO_BACKEND_VALUE);

    Applied applied = target.apply(snapshot(), CiliumApiTableTest::anything);

    assertThat(applied.refused()).isEqualTo(Map.of(RefusalReason.SERVICE_UNKNOWN, 1));
    assertThat(targetAgent.imported()).isZero();
  }

  @Test
  void foreignMalformedAndProxiedEntriesDoNotReachCilium() throws Exception {
    sourceAgent.maps().put(Examples.OUT, Examples.OUT_VALUE);
    Entry fine = snapshot().get(0);
    byte[] proxied = fine.value();
    proxied[13] |= FlowBits.PROXY_REDIRECT;
    // The entry of the one who accepted: it is about the VM, and not the VM's.
    byte[] peers = fine.key().bytes();
    peers[13] = RecordKey.IN;
    Set<InetAddress> sync = VM;

    Applied applied =
        target.apply(
            List.of(
                Entry.of(fine.key(), new byte[3]),
                Entry.of(fine.key(), proxied),
                Entry.of(EntryKey.of(peers), fine.value())),
            ends ->
                sync.contains(ends.initiator()) || sync.contains(ends.responder())
                    ? Optional.empty()
                    : Optional.of(RefusalReason.FOREIGN_ADDRESS));

    assertThat(applied.refused())
        .isEqualTo(
            Map.of(
                RefusalReason.MALFORMED, 1,
                RefusalReason.UNSUPPORTED, 1,
                RefusalReason.FOREIGN_ADDRESS, 1));
    assertThat(targetAgent.imported()).isZero();
  }

  @Test
  void lifetimesAreConvertedBetweenClocks() throws Exception {
    sourceAgent.maps().put(Examples.OUT, Examples.OUT_VALUE);
    targetAgent.countsJiffies(1000);

    var unused = target.apply(snapshot(), CiliumApiTableTest::anything);

    // 100000 + 8000 s of 1000 jiffies, 256 to a unit: 131250.
    assertThat(targetAgent.maps().value(Examples.OUT)).startsWith("00".repeat(32) + "b2000200");
  }

  @Test
  void onlyWhatChangedIsSentAgain() throws Exception {
    sourceAgent.maps().put(Examples.OUT, Examples.OUT_VALUE);
    sourceAgent.maps().put(Examples.IN, Examples.IN_VALUE);
    SentEntries sent = new SentEntries(source.reader());
    Instant start = Instant.EPOCH;
    var all = compare(sent, start);

    sourceAgent.maps().pass(5);
    Delta quiet = compare(sent, start.plusSeconds(5));
    sourceAgent.maps().put(Examples.IN, Examples.IN_VALUE.replace("1a 1a", "1b 1a"));
    sourceAgent.maps().remove(Examples.OUT);
    Delta change = compare(sent, start.plusSeconds(6));

    assertThat(all.upserts()).hasSize(2);
    assertThat(quiet).isEqualTo(Delta.NOTHING);
    assertThat(change.upserts()).extracting(Entry::key).containsExactly(key(Examples.IN));
    assertThat(change.removed()).containsExactly(key(Examples.OUT));
  }

  @Test
  void aConnectionOfAServiceIsNoNewsForAnother() throws Exception {
    String other = Examples.SERVICE.replace("9c41", "9c42");
    sourceAgent.maps().put(other, Examples.SERVICE_VALUE);
    sourceAgent.maps().put(Examples.TO_BACKEND, Examples.TO_BACKEND_VALUE);
    SentEntries sent = new SentEntries(source.reader());
    var first = compare(sent, Instant.EPOCH);

    sourceAgent.maps().put(Examples.SERVICE, Examples.SERVICE_VALUE);
    Delta change = compare(sent, Instant.EPOCH);

    assertThat(first.upserts()).hasSize(2);
    assertThat(change.upserts()).extracting(Entry::key).containsExactly(key(Examples.SERVICE));
  }

  @Test
  void removedEntriesAreLeftWithoutTime() throws Exception {
    targetAgent.maps().service(Examples.SERVICE_FRONTEND, 9);
    sourceAgent.maps().put(Examples.SERVICE, Examples.SERVICE_VALUE);
    sourceAgent.maps().put(Examples.TO_BACKEND, Examples.TO_BACKEND_VALUE);
    sourceAgent.maps().put(Examples.OUT, Examples.OUT_VALUE);
    var unused = target.apply(snapshot(), CiliumApiTableTest::anything);

    int removed =
        target.remove(
            List.of(key(Examples.TO_BACKEND), key(Examples.IN), EntryKey.of(new byte[] {1})));
    targetAgent.maps().pass(1);

    assertThat(removed).isEqualTo(1);
    assertThat(keys(target)).containsExactlyInAnyOrder(key(Examples.SERVICE), key(Examples.OUT));
    // The id of the service is the target's own as before, so the entry was not dropped instead.
    assertThat(targetAgent.maps().value(Examples.TO_BACKEND).substring(76, 80)).isEqualTo("0009");
    assertThat(targetAgent.maps().value(Examples.OUT)).contains("e0a50100");
  }

  @Test
  void whatCouldNotBeExpiredIsNotCounted() throws Exception {
    targetAgent.maps().put(Examples.OUT, Examples.OUT_VALUE);
    targetAgent.has(InMemoryCiliumAgent.Fault.IMPORTS_NOTHING);

    assertThat(target.remove(List.of(key(Examples.OUT)))).isZero();
  }

  @Test
  void otherFamiliesAreNotAskedFor() throws Exception {
    int before = sourceAgent.calls();

    source.snapshot(
        Set.of(Examples.address("2001:db8::1")),
        chunk -> {
          throw new TableException("nothing was expected");
        });

    // Only the clock.
    assertThat(sourceAgent.calls()).isEqualTo(before + 1);
  }

  @Test
  void aStreamOfChangesTellsNothingByItself() throws Exception {
    sourceAgent.maps().put(Examples.OUT, Examples.OUT_VALUE);

    try (Changes changes = source.changes(VM)) {
      sourceAgent.maps().put(Examples.IN, Examples.IN_VALUE);
      changes.wake();

      assertThat(changes.coverage()).isEqualTo(EventCoverage.NONE);
      assertThat(changes.await(Duration.ofMinutes(10))).isEqualTo(Delta.NOTHING);
      Delta looked = changes.look(List.of(key(Examples.IN), key(Examples.SERVICE)));
      assertThat(looked.upserts()).extracting(Entry::key).containsExactly(key(Examples.IN));
      assertThat(looked.removed()).containsExactly(key(Examples.SERVICE));
    }
  }

  private Delta compare(SentEntries sent, Instant now) throws TableException {
    SentEntries.Comparison comparison = sent.compare();
    List<Entry> changed = new ArrayList<>();
    source.snapshot(VM, chunk -> changed.addAll(comparison.take(chunk, now)));
    return new Delta(changed, comparison.finish());
  }

  private List<Entry> snapshot() throws TableException {
    List<Entry> entries = new ArrayList<>();
    source.snapshot(VM, entries::addAll);
    return entries;
  }

  private static List<EntryKey> keys(CiliumApiTable table) throws TableException {
    List<EntryKey> keys = new ArrayList<>();
    table.snapshot(VM, chunk -> chunk.forEach(entry -> keys.add(entry.key())));
    return keys;
  }

  private CiliumApiTable open(String socket) throws TableException {
    return CiliumApiTable.open(folder.resolve(socket), Duration.ofSeconds(30));
  }

  private static Optional<RefusalReason> anything(FlowEnds ends) {
    return Optional.empty();
  }

  private static EntryKey key(String digits) {
    return EntryKey.of(HexFormat.of().parseHex(digits.replace(" ", "")));
  }
}
