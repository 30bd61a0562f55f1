package io.conntracksync.node.session;

import java.util.Objects;

/** Why one side will not go on with the other; the text names both sides and is for people. */
public record PeerRefusal(Cause cause, String text) {
  public PeerRefusal {
    Objects.requireNonNull(cause, "cause");
    Objects.requireNonNull(text, "text");
  }

  /** What kind of objection it is. */
  public enum Cause {
    /** The peer is there for another sync. */
    OTHER_SYNC,
    /** The tables do not understand each other's entries. */
    FORMATS_DIFFER,
    /** More entries than a sync may have. */
    TOO_MANY_ENTRIES,
    /** Our table cannot be written. */
    TABLE_FAILED,
    /** The sync is over here, or another connection has taken this one's place. */
    CLOSING
  }
}
