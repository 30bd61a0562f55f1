package io.conntracksync.node.table;

/** How many entries a table holds and how many it can hold. */
public record TableFill(long entries, long capacity) {}
