package io.conntracksync.node.table.ciliumbpf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.conntracksync.node.cilium.CiliumDbg;
import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.ciliumbpf.ClockSource.Ktime;
import io.conntracksync.node.table.ciliumbpf.InteropEntries.Both;
import io.conntracksync.node.table.ciliumbpf.InteropEntries.Version;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The agent beside Cilium's own types, entry by entry: what it writes they read, what they write it
 * reads. Of the other layouts no module can be had that differs.
 */
class CiliumReadersRootIT {
  private static final int CAPACITY = 1000;

  @ParameterizedTest
  @EnumSource
  void ciliumReadsWhatTheAgentWrote(Version version) throws TableException {
    InteropEntries entries = new InteropEntries(version);
    try (TestCilium node = node(version)) {
      apply(entries, node);

      assertThat(read(version, node))
          .containsExactlyInAnyOrderElementsOf(entries.all().stream().map(Both::line).toList());
    }
  }

  /** The golden file is what it prints, looked through once, without what is 0 in all of it. */
  @Test
  void ciliumDbgListsWhatTheAgentWrote() throws IOException {
    try (TestCilium node = node(Version.NEWEST)) {
      apply(new InteropEntries(Version.NEWEST), node);

      List<String> listed = CiliumDbg.conntrackList(node.bpffs().mountNamespace());

      assertThat(listed).containsExactlyInAnyOrderElementsOf(golden("cilium-dbg-list.txt"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theAgentReadsWhatCiliumWrote(Version version) throws TableException, RefusedEntryException {
    InteropEntries entries = new InteropEntries(version);
    try (TestCilium node = node(version)) {
      entries.serve(node);
      write(version, node, entries);
      version.ctlines().write(pin(node, CtMap.TCP4), entries.others());

      Map<EntryKey, Carried> read = new LinkedHashMap<>();
      for (Entry entry : snapshot(node)) {
        read.put(entry.key(), CarriedCodec.decode(CtKey.decode(entry.key()), entry.value()));
      }

      Map<EntryKey, Carried> expected = new LinkedHashMap<>();
      entries.all().forEach(each -> expected.put(each.key().encode(), each.carried()));
      assertThat(read).containsExactlyInAnyOrderEntriesOf(expected);
    }
  }

  /** Cilium's types of one version wrote, those of the other read; the agent lies between. */
  @ParameterizedTest
  @CsvSource({"V1_15, NEWEST, 0", "NEWEST, V1_15, 2"})
  void entriesMoveFromOneVersionToAnother(Version from, Version to, int unsupported)
      throws TableException {
    InteropEntries written = new InteropEntries(from);
    InteropEntries wanted = new InteropEntries(to);
    try (TestCilium source = node(from);
        TestCilium target = node(to)) {
      written.serve(source);
      wanted.serve(target);
      write(from, source, written);

      Applied applied = target.table().apply(snapshot(source), ends -> Optional.empty());

      // 1.15 has no room for what replies are translated to.
      assertThat(applied.refused())
          .isEqualTo(unsupported == 0 ? Map.of() : Map.of(RefusalReason.UNSUPPORTED, unsupported));
      Set<CtKey> sent = written.all().stream().map(Both::key).collect(Collectors.toSet());
      assertThat(read(to, target))
          .containsExactlyInAnyOrderElementsOf(
              wanted.all().stream()
                  .filter(each -> sent.contains(each.key()))
                  .map(Both::line)
                  .toList());
    }
  }

  private static void apply(InteropEntries entries, TestCilium node) throws TableException {
    entries.serve(node);

    Applied applied =
        node.table()
            .apply(
                entries.all().stream()
                    .map(each -> CarriedCodec.encode(each.key(), each.carried()))
                    .toList(),
                ends -> Optional.empty());

    assertThat(applied.refused()).isEmpty();
  }

  private static List<String> golden(String file) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(CiliumReadersRootIT.class.getResourceAsStream(file), file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static void write(Version version, TestCilium node, InteropEntries entries) {
    for (Both each : entries.all()) {
      JsonNode used = version.used(each.line());
      version.ctlines().write(pin(node, CtMap.of(each.key())), List.of(used));
    }
  }

  private static List<JsonNode> read(Version version, TestCilium node) {
    List<JsonNode> read = new ArrayList<>();
    for (CtMap map : CtMap.values()) {
      read.addAll(version.ctlines().read(pin(node, map)));
    }
    return read;
  }

  private static TestCilium node(Version version) {
    return new TestCilium(version.generation(), new Ktime(), Examples.NOW, CAPACITY);
  }

  private static Path pin(TestCilium node, CtMap map) {
    return node.paths().maps().resolve(map.pin());
  }

  private static List<Entry> snapshot(TestCilium node) throws TableException {
    List<Entry> entries = new ArrayList<>();
    node.table()
        .snapshot(Set.of(Bytes.address("10.244.1.10"), Bytes.address("fd00::a")), entries::addAll);
    return entries;
  }
}
