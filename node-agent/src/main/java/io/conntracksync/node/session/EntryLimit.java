package io.conntracksync.node.session;

import java.util.Objects;

/** How many entries syncs may bring to this node, and which syncs. */
record EntryLimit(long most, Of of) {
  /** Whose entries are counted. */
  enum Of {
    ONE_SYNC,
    /** Those that have ended too, while their entries are looked after. */
    ALL_SYNCS
  }

  EntryLimit {
    Objects.requireNonNull(of, "of");
  }
}
