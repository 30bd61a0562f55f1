package io.conntracksync.node.table;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Set;

/**
 * One place that holds entries: a node's netfilter table, a pod's, or a node's Cilium maps.
 *
 * <p>Safe for use by several threads. Memory does not grow with the size of the table, only with
 * the entries of the addresses asked for. Every method throws {@link TableException} when the table
 * cannot be reached or answers out of order.
 */
public interface ConntrackTable extends AutoCloseable {
  /**
   * Which entries this table understands; two tables exchange entries only when their formats are
   * equal.
   */
  TableFormat format();

  /**
   * Hands all entries that have one of the addresses as an end, NAT undone, to the sink: in chunks
   * as they are read, each entry once, entries that another entry belongs to (masters) before
   * those.
   */
  void snapshot(Set<InetAddress> addresses, EntrySink sink) throws TableException;

  /**
   * Opens a stream of what changes for these addresses. Open it before the snapshot, so that
   * nothing falls between; whoever opens it closes it.
   */
  Changes changes(Set<InetAddress> addresses) throws TableException;

  /** Reads what others may know of this table's entries. */
  EntryReader reader();

  /**
   * Puts the entries into the table, each by itself: what is refused is counted by reason and
   * hinders no other. An entry that is there already is brought up to date. Nothing is applied that
   * the admission refuses. What was there and is about to be changed or taken out is told to the
   * sink first, also when it is an entry that was applied before.
   */
  Applied apply(Collection<Entry> entries, Admission admission, FormerSink formers)
      throws TableException;

  /** The same, for whoever needs no way back. */
  default Applied apply(Collection<Entry> entries, Admission admission) throws TableException {
    return apply(entries, admission, FormerSink.NONE);
  }

  /**
   * Puts back entries that are missing. One that is there, in any shape, or whose tuples another
   * has, is left as it is: it is newer. Returns which were put back.
   */
  Set<EntryKey> add(Collection<Entry> missing) throws TableException;

  /**
   * Makes entries what they were. What has ended by itself stays away; so does what would have
   * ended by now had it been left alone. What the table's own traffic changed after what was
   * written counts for more than what was there before, field by field. Done again, it changes
   * nothing. Returns how many entries were changed or put back.
   */
  int restore(Collection<Restoration> restorations) throws TableException;

  /**
   * Takes exactly these entries out; one that is no longer there is no error. Returns how many were
   * taken out.
   */
  int remove(Collection<EntryKey> keys) throws TableException;

  /**
   * Whether the network plugin has yet to set these addresses up on this node, and will take out
   * all entries that name them when it does. False where that cannot be told.
   */
  default boolean expectsFlush(Set<InetAddress> addresses) throws TableException {
    return false;
  }

  /** How full the table is. */
  TableFill fill() throws TableException;

  /** Ends the use of the table; its entries stay, and calls under way finish. */
  @Override
  default void close() {}
}
