package io.conntracksync.node.table.ciliumbpf;

/** An entry that a scan came across. */
record FoundEntry(CtKey key, CtValue value) {}
