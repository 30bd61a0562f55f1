package io.conntracksync.e2e.rights;

import java.util.Set;

/** What a program of the product needs each of its rights for. */
interface Needs {
  /** The rights of which something is known, by their text. */
  Set<String> rights();

  /** Rights that the program insists on when it asks what it may, and makes no use of. */
  default Set<String> insistedOn() {
    return Set.of();
  }

  /** What this right is needed for, not yet done. */
  Need of(Right right);

  /** Nothing is left of what was done before. */
  void sweep();

  /** The program runs as usual. */
  void mend();

  /** The program is started anew, and runs as usual. */
  void restart();

  /** Whether the program has given up. */
  boolean hasEnded();
}
