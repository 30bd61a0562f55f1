package io.conntracksync.node.session;

import java.time.Duration;

/**
 * How much sessions may take.
 *
 * @param maxSyncs syncs of one role at a time; each has a thread while it works
 * @param maxEntries entries of one sync; two such syncs is what there is memory for
 * @param defaultHookDeadline how long a hook waits for a sync that is not seen yet
 */
public record SessionLimits(int maxSyncs, long maxEntries, Duration defaultHookDeadline) {
  /** The longest that any hook is held. */
  public static final Duration LONGEST_HOLD = Duration.ofSeconds(5);

  /** 64 syncs, 1,000,000 entries, 200 ms. */
  public static final SessionLimits DEFAULTS =
      new SessionLimits(64, 1_000_000, Duration.ofMillis(200));

  /** Entries of all syncs that reach this node. */
  long maxEntriesOfAll() {
    return 2 * maxEntries;
  }

  public SessionLimits {
    if (maxSyncs < 1 || maxEntries < 1) {
      throw new IllegalArgumentException(
          "limits of %d syncs and %d entries; at least 1 each".formatted(maxSyncs, maxEntries));
    }
    if (defaultHookDeadline.isNegative() || defaultHookDeadline.compareTo(LONGEST_HOLD) > 0) {
      throw new IllegalArgumentException(
          "a hook deadline of " + defaultHookDeadline + "; 0 to 5 s are possible");
    }
  }
}
