package io.conntracksync.node.table;

import java.time.Duration;
import java.util.Collection;

/**
 * What changes in a table for some addresses, from the moment on at which the stream was opened: a
 * snapshot taken after that misses nothing together with the stream.
 *
 * <p>Changes are told by key, once for each call however often the entry changed, with the entry as
 * it is at the time of the call: never a part of it, never an older one. An entry may be told that
 * did not change in a way that matters; {@link SentEntries#difference} sorts those out.
 *
 * <p>{@link #await}, {@link #drain}, {@link #look} and {@link #call} are for one thread at a time;
 * others wait. {@link #wake} and {@link #close} may be called by any thread at any time. Memory
 * grows with the changed entries of the addresses alone.
 */
public interface Changes extends AutoCloseable {
  /**
   * Waits for a change, but not longer than that and not beyond {@link #wake}; then as {@link
   * #drain}. After a wait in vain the delta is empty.
   */
  Observation await(Duration patience) throws TableException;

  /** Everything that changed up to now, without waiting. */
  Observation drain() throws TableException;

  /** How these entries are now, whether or not changes of them are told. */
  Delta look(Collection<EntryKey> keys) throws TableException;

  /**
   * Has those of these entries told, now or soon, of which changes are told at all, though nothing
   * changes: the others are silent. Where each entry or none is told of, this does nothing.
   */
  default void call(Collection<EntryKey> keys) throws TableException {}

  /**
   * Ends the present {@link #await}, or the next one if there is none. Does nothing once closed.
   */
  void wake();

  /** Which entries this stream speaks of, as the table was set when the stream was opened. */
  EventCoverage coverage();

  /** Ends the stream, and a wait in it; a call after that throws {@link TableException}. */
  @Override
  void close();
}
