package io.conntracksync.node.table;

import java.util.Map;
import java.util.Set;

/**
 * What became of a batch.
 *
 * @param created entries that were not in the table before: what a rollback takes out
 * @param updated entries that were there and are up to date now
 * @param refused how many entries were not applied, by reason; and how many of the created ones
 *     arrived without something that belongs to them
 */
public record Applied(
    Set<EntryKey> created, Set<EntryKey> updated, Map<RefusalReason, Integer> refused) {
  public Applied {
    created = Set.copyOf(created);
    updated = Set.copyOf(updated);
    refused = Map.copyOf(refused);
  }
}
