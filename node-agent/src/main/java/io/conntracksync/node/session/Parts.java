package io.conntracksync.node.session;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A large collection, a part at a time: what a table makes of keys takes several times the room of
 * the keys, and a sync may have as many entries as the heap just holds.
 */
final class Parts {
  /** Not a small one: a table that cannot look at single entries reads all of them for each. */
  static final int SIZE = 10_000;

  private Parts() {}

  /** These, in the order of the collection; a copy, which does not follow it. */
  static <T> List<List<T>> of(Collection<T> all) {
    List<T> copy = List.copyOf(all);
    List<List<T>> parts = new ArrayList<>();
    for (int from = 0; from < copy.size(); from += SIZE) {
      parts.add(copy.subList(from, Math.min(copy.size(), from + SIZE)));
    }
    return parts;
  }
}
