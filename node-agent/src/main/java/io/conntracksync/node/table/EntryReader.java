package io.conntracksync.node.table;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/** What a table can say of its own entries, which are opaque to others. Pure. */
public interface EntryReader {
  /**
   * The part of the value that matters to a peer, in bytes to be compared: everything but the time
   * left. This is the one place that says what a change is.
   */
  byte[] significant(Entry entry);

  /** How long the entry lives unless a packet comes. */
  Duration lifetime(Entry entry);

  /**
   * The entry as it is so much later if no packet comes; empty when it has run out by then. Time
   * that went backwards counts as none.
   */
  Optional<Entry> later(Entry entry, Duration elapsed);

  /**
   * Whether the flow may end, or be ended with good reason, before its lifetime is over: it is
   * being closed, was never answered, or goes to a backend that may have gone.
   */
  boolean mayEndEarly(Entry entry);

  /** To which address the initiator's is translated, if it is. */
  Optional<InetAddress> translatedInitiator(Entry entry);
}
