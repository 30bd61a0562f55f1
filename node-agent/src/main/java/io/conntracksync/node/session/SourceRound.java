package io.conntracksync.node.session;

import java.time.Duration;
import java.util.Optional;

/**
 * What was sent between two barriers.
 *
 * @param bytes with their framing
 * @param overruns how often changes came faster than they were read
 * @param lag from the reading of a change to the target's word on it, where it was measured
 */
record SourceRound(
    long entries, long bytes, int overruns, Optional<Duration> lag, Acknowledgement answer) {}
