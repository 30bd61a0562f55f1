package io.conntracksync.node.table;

import java.util.Objects;

/** What all tables of one backend have in common, whether or not one of them is there. */
public record TableKind(TableFormat format, EntryReader reader) {
  public TableKind {
    Objects.requireNonNull(format, "format");
    Objects.requireNonNull(reader, "reader");
  }

  static TableKind of(ConntrackTable table) {
    return new TableKind(table.format(), table.reader());
  }
}
