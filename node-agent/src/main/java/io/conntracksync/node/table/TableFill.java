package io.conntracksync.node.table;

/** How many entries a table holds and how many it can hold. */
public record TableFill(long entries, long capacity) {
  /** Of a table that does not tell. */
  public static final TableFill UNKNOWN = new TableFill(0, 0);

  public boolean isKnown() {
    return capacity > 0;
  }
}
