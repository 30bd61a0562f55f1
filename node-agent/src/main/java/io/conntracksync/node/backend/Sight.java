package io.conntracksync.node.backend;

import java.util.Objects;

/**
 * What was found of one way to Cilium's table.
 *
 * @param words where it was looked for and what was wrong, a sentence without its end
 */
record Sight(Kind kind, String words) {
  Sight {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(words, "words");
  }

  /** How it stands with it. */
  enum Kind {
    /** It works. */
    USABLE,
    /** No trace of it. */
    ABSENT,
    /** Cilium answers, and this is not among what it offers. */
    NOT_OFFERED,
    /** It is there and does not work now; it may by itself in a moment. */
    NOT_YET,
    /** It is there and does not work until somebody changes something. */
    UNUSABLE
  }
}
