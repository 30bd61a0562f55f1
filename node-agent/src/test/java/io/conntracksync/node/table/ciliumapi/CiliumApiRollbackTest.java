package io.conntracksync.node.table.ciliumapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.EntrySink;
import io.conntracksync.node.table.Former;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.Restoration;
import io.conntracksync.node.table.TableException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was there before an import, and what is given back; over fakes of Cilium's agent. */
class CiliumApiRollbackTest {
  private static final Set<InetAddress> VM = Set.of(Examples.VM);
  private static final String HEAD = "00".repeat(32);

  /** 200 s are left, RX closes, another identity; counters are those of a new record. */
  private static final String BEFORE = HEAD + "688701001100000000001a1ad3040000" + "00".repeat(8);

  @TempDir Path folder;

  private InMemoryCiliumAgent sourceAgent;
  private InMemoryCiliumAgent targetAgent;
  private CiliumApiTable source;
  private CiliumApiTable target;

  @BeforeEach
  void start() throws Exception {
    sourceAgent = InMemoryCiliumAgent.at(folder.resolve("source.sock"));
    targetAgent = InMemoryCiliumAgent.at(folder.resolve("target.sock"));
    source = CiliumApiTable.open(folder.resolve("source.sock"), Duration.ofSeconds(30));
    target = CiliumApiTable.open(folder.resolve("target.sock"), Duration.ofSeconds(30));
    sourceAgent.maps().put(Examples.OUT, Examples.OUT_VALUE);
  }

  @AfterEach
  void stop() {
    sourceAgent.close();
    targetAgent.close();
  }

  @Test
  void whatWasThereIsToldBeforeItIsImportedOver() throws Exception {
    sourceAgent.maps().put(Examples.IN, Examples.IN_VALUE);
    targetAgent.maps().put(Examples.OUT, BEFORE);
    List<Former> formers = new ArrayList<>();
    List<Integer> importedByThen = new ArrayList<>();

    var unused =
        target.apply(
            snapshot(),
            ends -> Optional.empty(),
            former -> {
              formers.add(former);
              importedByThen.add(targetAgent.imported());
            });

    assertThat(formers).extracting(Former::key).containsExactly(key(Examples.OUT));
    assertThat(formers.get(0).fate()).isEqualTo(Former.Fate.UPDATED);
    assertThat(importedByThen).containsExactly(0);
  }

  @Test
  void aRestoredRecordIsWhatItWasLessItsTime() throws Exception {
    targetAgent.maps().put(Examples.OUT, BEFORE);
    List<Restoration> restorations = importOver(Duration.ofSeconds(50));
    targetAgent.maps().pass(50);

    assertThat(target.restore(restorations)).isEqualTo(1);

    assertThat(targetAgent.maps().value(Examples.OUT)).isEqualTo(BEFORE);
    assertThat(target.restore(restorations)).isZero();
  }

  @Test
  void whatPacketsChangedSinceStays() throws Exception {
    targetAgent.maps().put(Examples.OUT, BEFORE);
    List<Restoration> restorations = importOver(Duration.ofSeconds(50));
    // 8000 s left again after 50, and TX closes.
    targetAgent
        .maps()
        .put(Examples.OUT, HEAD + "12a60100120000000000" + "1a1bd2040000" + "00".repeat(8));
    targetAgent.maps().pass(50);

    var unused = target.restore(restorations);

    assertThat(targetAgent.maps().value(Examples.OUT))
        .isEqualTo(HEAD + "12a60100130000000000" + "1a1bd3040000" + "00".repeat(8));
  }

  @Test
  void whatWouldHaveRunOutGoesAndWhatEndedStaysAway() throws Exception {
    // All as the source has it, but for the time.
    targetAgent.maps().put(Examples.OUT, Examples.OUT_VALUE.replace("e0a50100", "68870100"));
    List<Restoration> restorations = importOver(Duration.ofMinutes(5));
    targetAgent.maps().pass(300);

    assertThat(target.restore(restorations)).isEqualTo(1);
    targetAgent.maps().pass(1);
    assertThat(keys()).isEmpty();
    assertThat(target.restore(restorations)).isZero();
    assertThat(keys()).isEmpty();
  }

  @Test
  void whatWasTakenOutIsPutBackUnlessItIsThere() throws Exception {
    Former former = new Former(snapshot().get(0), Former.Fate.REPLACED);
    Restoration restoration = new Restoration(former, Duration.ofSeconds(1000), Optional.empty());
    Restoration late = new Restoration(former, Duration.ofMinutes(150), Optional.empty());

    assertThat(target.restore(List.of(late))).isZero();
    assertThat(target.restore(List.of(restoration))).isEqualTo(1);

    // 7000 s after 100000.
    assertThat(targetAgent.maps().value(Examples.OUT)).startsWith(HEAD + "f8a10100");
    assertThat(target.restore(List.of(restoration))).isZero();
  }

  @Test
  void onlyMissingEntriesAreAdded() throws Exception {
    sourceAgent.maps().put(Examples.IN, Examples.IN_VALUE);
    targetAgent.maps().put(Examples.OUT, BEFORE);

    assertThat(target.add(snapshot())).containsExactly(key(Examples.IN));
    assertThat(targetAgent.maps().value(Examples.OUT)).isEqualTo(BEFORE);
    assertThat(target.add(snapshot())).isEmpty();
    assertThat(targetAgent.imported()).isEqualTo(1);
  }

  @Test
  void aServiceThatOnlyExplainsLeavesNoTrace() throws Exception {
    sourceAgent.maps().remove(Examples.OUT);
    sourceAgent.maps().put(Examples.SERVICE, Examples.SERVICE_VALUE);
    sourceAgent.maps().put(Examples.TO_BACKEND, Examples.TO_BACKEND_VALUE);
    targetAgent.maps().service(Examples.SERVICE_FRONTEND, 9);
    List<Entry> connection =
        snapshot().stream().filter(e -> e.key().equals(key(Examples.TO_BACKEND))).toList();

    var unused = target.apply(connection, ends -> Optional.empty());
    targetAgent.maps().pass(1);
    assertThat(keys()).containsExactly(key(Examples.TO_BACKEND));

    String present = Examples.SERVICE_VALUE.replace("25000000", "26000000").replace("0005", "0009");
    targetAgent.maps().put(Examples.SERVICE, present);
    String asStored = targetAgent.maps().value(Examples.SERVICE);
    var unusedAgain = target.apply(connection, ends -> Optional.empty());
    assertThat(targetAgent.maps().value(Examples.SERVICE)).isEqualTo(asStored);
  }

  @Test
  void proxiedConnectionsArePassedOverAndThoseThatAreOverAreNot() throws Exception {
    sourceAgent.maps().put(Examples.OUT, Examples.OUT_VALUE.replace(" 1000 ", " 5000 "));
    sourceAgent.maps().put(Examples.IN, Examples.IN_VALUE.replace(" 1000 ", " 1300 "));
    Map<RefusalReason, Integer> passedOver = new EnumMap<>(RefusalReason.class);

    source.snapshot(
        VM,
        new EntrySink() {
          @Override
          public void accept(List<Entry> chunk) throws TableException {
            throw new TableException("nothing was expected");
          }

          @Override
          public void passedOver(RefusalReason reason, int count) {
            passedOver.put(reason, count);
          }
        });

    assertThat(passedOver).isEqualTo(Map.of(RefusalReason.UNSUPPORTED, 1));
  }

  /** Imports the source's entries; the way back, as of so much later. */
  private List<Restoration> importOver(Duration age) throws TableException {
    List<Entry> entries = snapshot();
    List<Restoration> restorations = new ArrayList<>();
    var unused =
        target.apply(
            entries,
            ends -> Optional.empty(),
            former ->
                restorations.add(
                    new Restoration(
                        former, age, Optional.of(new Restoration.Written(entries.get(0), age)))));
    return restorations;
  }

  private List<Entry> snapshot() throws TableException {
    List<Entry> entries = new ArrayList<>();
    source.snapshot(VM, entries::addAll);
    return entries;
  }

  private List<EntryKey> keys() throws TableException {
    List<EntryKey> keys = new ArrayList<>();
    target.snapshot(VM, chunk -> chunk.forEach(entry -> keys.add(entry.key())));
    return keys;
  }

  private static EntryKey key(String digits) {
    return EntryKey.of(HexFormat.of().parseHex(digits.replace(" ", "")));
  }
}
