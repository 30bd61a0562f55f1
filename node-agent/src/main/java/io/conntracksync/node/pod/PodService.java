package io.conntracksync.node.pod;

import io.conntracksync.node.session.SyncOrder;

/** Something that is done in a launcher pod for as long as its sync is under way. */
public interface PodService {
  /** The sync is under way; told again and again. Returns at once. */
  void seek(SyncOrder order, String podUid);

  /** The sync is over; told also of syncs that were never sought. Returns at once. */
  void release(String syncUid);
}
