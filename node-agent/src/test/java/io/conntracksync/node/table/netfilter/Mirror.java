package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.Changes;
import io.conntracksync.node.table.Delta;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.EntryReader;
import io.conntracksync.node.table.Observation;
import io.conntracksync.node.table.SentEntries;
import io.conntracksync.node.table.TableException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a peer would hold that is told the differences: to be compared with the table itself. */
final class Mirror {
  private static final Instant NOW = Instant.EPOCH;

  private final NetfilterTable table;
  private final Set<InetAddress> addresses;
  private final SentEntries sent;
  private final Map<EntryKey, Entry> entries = new HashMap<>();
  private int overruns;
  private int messages;

  Mirror(NetfilterTable table, Set<InetAddress> addresses) {
    this.table = table;
    this.addresses = addresses;
    this.sent = new SentEntries(table.reader());
  }

  /** Takes what was observed; after an overrun, the difference to a new snapshot. */
  void take(Observation observation) throws TableException {
    if (observation instanceof Delta delta) {
      put(sent.difference(delta, SentEntries.Source.EVENT, NOW));
    } else {
      overruns++;
      compare();
    }
  }

  void compare() throws TableException {
    SentEntries.Comparison comparison = sent.compare();
    table.snapshot(addresses, chunk -> put(new Delta(comparison.take(chunk, NOW), Set.of())));
    put(new Delta(List.of(), comparison.finish()));
  }

  /** Entries of which the table never told by itself. */
  Set<EntryKey> silent() {
    return sent.silent();
  }

  /** Asks about entries of which the table would not tell. */
  void lookAtSilent(Changes changes) throws TableException {
    put(sent.difference(changes.look(sent.silent()), SentEntries.Source.LOOK, NOW));
  }

  private void put(Delta delta) {
    delta.upserts().forEach(entry -> entries.put(entry.key(), entry));
    delta.removed().forEach(entries::remove);
    messages += delta.upserts().size() + delta.removed().size();
  }

  int overruns() {
    return overruns;
  }

  /** How many upserts and removals went out. */
  int messages() {
    return messages;
  }

  /** Without what time alone changes. */
  Map<EntryKey, String> contents() {
    return significant(table.reader(), entries);
  }

  /** The same of the table itself. */
  Map<EntryKey, String> tableContents() throws TableException {
    Map<EntryKey, Entry> all = new HashMap<>();
    table.snapshot(addresses, chunk -> chunk.forEach(entry -> all.put(entry.key(), entry)));
    return significant(table.reader(), all);
  }

  private static Map<EntryKey, String> significant(
      EntryReader reader, Map<EntryKey, Entry> entries) {
    Map<EntryKey, String> significant = new HashMap<>();
    entries.forEach(
        (key, entry) -> significant.put(key, HexFormat.of().formatHex(reader.significant(entry))));
    return significant;
  }
}
