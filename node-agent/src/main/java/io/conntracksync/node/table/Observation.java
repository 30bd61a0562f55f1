package io.conntracksync.node.table;

/** What a change stream tells: what changed, or that it does not know. */
public sealed interface Observation permits Delta, Overrun {}
