package io.conntracksync.node.table.ciliumapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.conntracksync.node.cilium.Ctlines;
import io.conntracksync.node.linux.MonotonicClock;
import io.conntracksync.node.table.Admission;
import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.table.Delta;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.Former;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.Restoration;
import io.conntracksync.node.table.SentEntries;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.ciliumbpf.CiliumBpfTable;
import io.conntracksync.node.table.ciliumbpf.CiliumPaths;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes with maps in the kernel, the stand-in for Cilium's agent over them, and Cilium's own
 * types to look into them: what is read, sent, written and given back, entry by entry.
 */
class CiliumApiTableRootIT {
  private static final Admission ADMIT_ALL = ends -> Optional.empty();
  private static final Set<InetAddress> VM = Set.of(Examples.VM);
  private static final int LONG = 8000;
  private static final int SHORT = 60;

  /** The VM's entries as a datapath leaves them behind, and as they are to arrive. */
  private static final Map<String, String> ENTRIES = entries();

  @TempDir Path folder;

  private StandInNode source;
  private StandInNode target;

  @BeforeEach
  void start() {
    source = new StandInNode(folder.resolve("source.sock"), "ktime");
    target = new StandInNode(folder.resolve("target.sock"), "ktime");
  }

  @AfterEach
  void stop() {
    source.close();
    target.close();
  }

  @Test
  void entriesArriveWithoutWhatMeansNothingThere() throws Exception {
    target.serve(Examples.SERVICE_FRONTEND, 0x2233);
    long before = MonotonicClock.seconds();
    source.write(lines(ENTRIES.keySet(), before));
    // Of the node, of a proxy, of another pod: none of them is the VM's to take along.
    source.write(
        lines(
            Set.of(
                "'daddr':'198.51.100.7','saddr':'10.244.1.10','dport':22,'sport':1,'nexthdr':6,"
                    + "'bits':144,'natPort':30080,'lifetime':LONG",
                "'daddr':'10.244.1.10','saddr':'192.0.2.80','dport':80,'sport':2,'nexthdr':6,"
                    + "'bits':80,'lifetime':LONG",
                "'daddr':'10.244.1.11','saddr':'192.0.2.80','dport':80,'sport':3,'nexthdr':6,"
                    + "'bits':16,'lifetime':LONG"),
            before));

    Applied applied = target.table().apply(snapshot(source.table()), ADMIT_ALL);

    long passed = MonotonicClock.seconds() - before;
    assertThat(applied.refused()).isEmpty();
    assertThat(applied.created()).hasSize(ENTRIES.size());
    Map<JsonNode, Long> ends = new HashMap<>();
    for (JsonNode line : target.read()) {
      ends.put(withoutLifetime(line), line.path("lifetime").asLong());
    }
    List<JsonNode> expected = lines(ENTRIES.values(), before);
    assertThat(ends.keySet())
        .containsExactlyInAnyOrderElementsOf(
            expected.stream().map(CiliumApiTableRootIT::withoutLifetime).toList());
    // One boot, one clock: the ends differ by the time that it took to carry the entries.
    for (JsonNode line : expected) {
      long end = line.path("lifetime").asLong();
      assertThat(ends.get(withoutLifetime(line)))
          .as("end of %s", line)
          .isBetween(end, end + passed);
    }
  }

  @Test
  void anIcmpErrorsEntryOfAServicesConnectionIsRefused() throws Exception {
    target.serve(Examples.SERVICE_FRONTEND, 0x2233);
    source.write(
        lines(
            Set.of(
                "'daddr':'10.96.0.10','saddr':'10.244.1.10','dport':40001,'sport':80,'nexthdr':6,"
                    + "'flags':4,'bits':16,'revNat':5,'union0':[0,37],'lifetime':LONG",
                "'daddr':'10.244.1.10','saddr':'10.244.2.20','nexthdr':1,'flags':2,'revNat':5,"
                    + "'lifetime':SHORT"),
            MonotonicClock.seconds()));

    Applied applied = target.table().apply(snapshot(source.table()), ADMIT_ALL);

    assertThat(applied.created()).containsExactly(key(Examples.SERVICE));
    assertThat(applied.refused()).isEqualTo(Map.of(RefusalReason.SERVICE_UNKNOWN, 1));
    assertThat(target.read()).hasSize(1);
  }

  @Test
  void aServiceThatTheTargetLacksIsDroppedByCiliumAndNoticed() throws Exception {
    source.write(lines(ENTRIES.keySet(), MonotonicClock.seconds()));

    Applied applied = target.table().apply(snapshot(source.table()), ADMIT_ALL);

    assertThat(applied.refused()).isEqualTo(Map.of(RefusalReason.SERVICE_UNKNOWN, 2));
    assertThat(applied.created()).hasSize(ENTRIES.size() - 2);
    assertThat(target.read()).hasSize(ENTRIES.size() - 2);
  }

  /** The maps are one, so what the two tables make of them must be as well. */
  @Test
  void bothTablesOfANodeSeeTheSameEntries() throws Exception {
    source.write(lines(ENTRIES.keySet(), MonotonicClock.seconds()));
    Path nowhere = folder.resolve("nowhere");
    CiliumBpfTable maps =
        CiliumBpfTable.open(new CiliumPaths(source.maps(), source.socket(), nowhere, nowhere));

    assertThat(keys(maps)).containsExactlyInAnyOrderElementsOf(keys(source.table()));
  }

  @Test
  void onlyWhatChangedIsSentAgain() throws Exception {
    CiliumApiTable table = source.table();
    long now = MonotonicClock.seconds();
    source.write(lines(Set.of(out(16), in(16)), now));
    SentEntries sent = new SentEntries(table.reader());
    Delta all = compared(table, sent);

    Delta quiet = compared(table, sent);
    source.write(lines(Set.of(in(18)), now));
    source.remove(Examples.OUT);
    Delta change = compared(table, sent);

    assertThat(all.upserts()).hasSize(2);
    assertThat(quiet).isEqualTo(Delta.NOTHING);
    assertThat(change.upserts()).extracting(Entry::key).containsExactly(key(Examples.IN));
    assertThat(change.removed()).containsExactly(key(Examples.OUT));
  }

  @Test
  void aRollbackLeavesWhatWasThereBefore() throws Exception {
    CiliumApiTable table = target.table();
    long now = MonotonicClock.seconds();
    source.write(lines(Set.of(out(16), in(16)), now));
    // Closing, with an end of its own.
    List<JsonNode> before = lines(Set.of(in(18).replace("LONG", "SHORT")), now);
    target.write(before);
    List<Entry> entries = snapshot(source.table());
    List<Former> formers = new ArrayList<>();

    Applied applied = table.apply(entries, ADMIT_ALL, formers::add);
    List<JsonNode> imported = target.read();
    int restored = table.restore(restorations(formers, entries));
    int removed = table.remove(applied.created());

    assertThat(applied.created()).containsExactly(key(Examples.OUT));
    assertThat(applied.updated()).containsExactly(key(Examples.IN));
    assertThat(imported).extracting(line -> line.path("bits").asInt()).containsOnly(16);
    assertThat(restored).isEqualTo(1);
    assertThat(removed).isEqualTo(1);
    // What was created stays without time until Cilium collects it.
    await("what was created is over").until(() -> keys(table).equals(List.of(key(Examples.IN))));
    JsonNode restoredLine =
        target.read().stream()
            .filter(line -> line.path("flags").asInt() == RecordKey.IN)
            .findFirst()
            .orElseThrow();
    assertThat(withoutLifetime(restoredLine)).isEqualTo(withoutLifetime(before.get(0)));
    long end = before.get(0).path("lifetime").asLong();
    assertThat(restoredLine.path("lifetime").asLong())
        .isBetween(end, end + MonotonicClock.seconds() - now);
  }

  private static Map<String, String> entries() {
    Map<String, String> entries = new HashMap<>();
    entries.put(
        out(16)
            + ",'packets':7,'bytes':700,'lastTxReport':9,'lastRxReport':9,'sourceSecurityId':1234",
        out(16) + ",'sourceSecurityId':1234");
    // Of a CIDR, by another node's port.
    entries.put(in(48) + ",'sourceSecurityId':16777220", in(16) + ",'sourceSecurityId':2");
    // To a NodePort: the API has no room for the port, and Cilium takes none without it.
    String nodePort =
        "'daddr':'10.244.1.10','saddr':'172.18.0.3','dport':8080,'sport':40004,'nexthdr':6,"
            + "'bits':16,'lifetime':LONG";
    entries.put(nodePort + ",'union0':[0,216193312057458688],'natPort':30080", nodePort);
    String service =
        "'daddr':'10.96.0.10','saddr':'10.244.1.10','dport':40001,'sport':80,'nexthdr':6,"
            + "'flags':4,'bits':16,'union0':[0,37],'lifetime':LONG";
    entries.put(service + ",'revNat':5,'lastTxReport':9", service + ",'revNat':8755");
    String toBackend =
        "'daddr':'10.244.1.10','saddr':'10.244.2.20','dport':8080,'sport':40001,'nexthdr':6,"
            + "'bits':16,'sourceSecurityId':1234,'lifetime':LONG";
    entries.put(toBackend + ",'revNat':5", toBackend + ",'revNat':8755");
    for (String same :
        List.of(
            "'daddr':'10.244.1.10','saddr':'192.0.2.53','dport':53,'sport':40003,'nexthdr':17",
            "'daddr':'10.244.1.10','saddr':'192.0.2.80','sport':77,'nexthdr':1",
            "'daddr':'10.244.1.10','saddr':'192.0.2.80','nexthdr':1,'flags':2",
            "'daddr':'198.51.100.7','saddr':'10.244.1.10','nexthdr':1,'flags':3")) {
      entries.put(same + ",'lifetime':SHORT", same + ",'lifetime':SHORT");
    }
    return entries;
  }

  private static String out(int bits) {
    return "'daddr':'10.244.1.10','saddr':'192.0.2.80','dport':443,'sport':40000,'nexthdr':6,"
        + "'txFlagsSeen':26,'rxFlagsSeen':27,'lifetime':LONG,'bits':"
        + bits;
  }

  private static String in(int bits) {
    return "'daddr':'198.51.100.7','saddr':'10.244.1.10','dport':22,'sport':51000,'nexthdr':6,"
        + "'flags':1,'txFlagsSeen':26,'rxFlagsSeen':27,'lifetime':LONG,'bits':"
        + bits;
  }

  private static List<JsonNode> lines(Iterable<String> fields, long now) {
    List<JsonNode> lines = new ArrayList<>();
    for (String each : fields) {
      String ended =
          each.replace("LONG", Long.toString(now + LONG))
              .replace("SHORT", Long.toString(now + SHORT));
      lines.add(Ctlines.line("{" + ended.replace('\'', '"') + "}"));
    }
    return lines;
  }

  private static JsonNode withoutLifetime(JsonNode line) {
    ObjectNode rest = line.deepCopy();
    return rest.without("lifetime");
  }

  private static List<Restoration> restorations(List<Former> formers, List<Entry> written) {
    return formers.stream()
        .map(
            former ->
                new Restoration(
                    former,
                    Duration.ZERO,
                    written.stream()
                        .filter(entry -> entry.key().equals(former.key()))
                        .findFirst()
                        .map(entry -> new Restoration.Written(entry, Duration.ZERO))))
        .toList();
  }

  private static Delta compared(CiliumApiTable table, SentEntries sent) throws TableException {
    SentEntries.Comparison comparison = sent.compare();
    List<Entry> news = new ArrayList<>();
    table.snapshot(VM, chunk -> news.addAll(comparison.take(chunk, Instant.EPOCH)));
    return new Delta(news, comparison.finish());
  }

  private static List<Entry> snapshot(ConntrackTable table) throws TableException {
    List<Entry> entries = new ArrayList<>();
    table.snapshot(VM, entries::addAll);
    return entries;
  }

  private static List<EntryKey> keys(ConntrackTable table) throws TableException {
    return snapshot(table).stream().map(Entry::key).toList();
  }

  private static EntryKey key(String digits) {
    return EntryKey.of(HexFormat.of().parseHex(digits.replace(" ", "")));
  }
}
