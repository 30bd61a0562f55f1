package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.TableException;
import java.util.List;
import java.util.Optional;

/**
 * The requests about single entries. Lists hold at most {@link RequestBatch#MAX_REQUESTS}; error
 * numbers are as in {@link Answers#errno}.
 */
interface EntryRequests {
  /** Makes entries, none of which may be there. */
  Answers create(List<Candidate> candidates) throws TableException;

  /** Brings an entry up to date; the result is an error number. */
  int update(Flow flow, Flow existing) throws TableException;

  /** Makes an entry that was there before; the result is an error number. */
  int recreate(Flow flow) throws TableException;

  /** Gives an entry back what can be changed in place; the result is an error number. */
  int revert(Flow flow, Flow existing) throws TableException;

  /** Which entry stands in the way: one that has the original or the reply tuple of this flow. */
  Optional<Tracked> inTheWayOf(Flow flow) throws TableException;

  /**
   * The entries that these ids name, without those that are not there. The kernel finds an entry by
   * either of its tuples; one whose reply tuple is asked for comes too, and is for the caller to
   * tell apart.
   */
  List<Tracked> get(List<FlowId> ids) throws TableException;

  /**
   * Has the kernel write an event of each, as of an entry whose every part has changed: an update
   * that says nothing (ctnetlink_new_conntrack in net/netfilter/nf_conntrack_netlink.c). Nothing
   * happens for an entry that was not prepared for events when it was made, or is not there.
   */
  void touch(List<FlowId> ids) throws TableException;

  /** Takes out these entries and no others. */
  Answers delete(List<Tracked> entries) throws TableException;
}
