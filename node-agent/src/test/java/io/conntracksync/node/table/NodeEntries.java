package io.conntracksync.node.table;

import java.util.List;

/** Entries of a node's table as they travel, for peers that a test plays by hand. */
public final class NodeEntries {
  private NodeEntries() {}

  public static List<Entry> tagged(List<Entry> entries) {
    return TableTag.NODE.tagged(entries);
  }
}
