package io.conntracksync.node.session;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Syncs that ended lately: an informer that is behind must not start them again. Bounded; the
 * oldest is forgotten first. Guarded by its owner.
 */
final class RecentUids {
  private static final int KEPT = 4096;

  private final Set<String> uids = new LinkedHashSet<>();

  void add(String uid) {
    uids.add(uid);
    if (uids.size() > KEPT) {
      uids.remove(uids.iterator().next());
    }
  }

  boolean contains(String uid) {
    return uids.contains(uid);
  }
}
