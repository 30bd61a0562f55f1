package io.conntracksync.node.session;

/**
 * How far a source session is.
 *
 * @param exported the condition Exported
 * @param rounds snapshots and batches of changes, sent and acknowledged
 * @param entriesSent entries over all rounds
 * @param bytesSent bytes over all rounds, framing included
 */
public record SourceProgress(Finding exported, int rounds, long entriesSent, long bytesSent) {}
