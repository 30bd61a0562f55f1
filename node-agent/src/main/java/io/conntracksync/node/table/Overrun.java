package io.conntracksync.node.table;

/**
 * Changes were lost: anything may have happened since what was told last. What comes from now on is
 * complete again. Take a new snapshot and compare it with what was sent, see {@link
 * SentEntries#compare}.
 */
public record Overrun() implements Observation {}
