package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.RefusalReason;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Counts what became of each entry of an import. */
final class Tally {
  private final Set<EntryKey> created = new HashSet<>();
  private final Set<EntryKey> updated = new HashSet<>();
  private final Map<RefusalReason, Integer> refused = new EnumMap<>(RefusalReason.class);

  void created(EntryKey key) {
    created.add(key);
  }

  void updated(EntryKey key) {
    updated.add(key);
  }

  void refused(RefusalReason reason) {
    refused.merge(reason, 1, Integer::sum);
  }

  Applied applied() {
    return new Applied(created, updated, refused);
  }
}
