package io.conntracksync.node.session;

import io.conntracksync.node.table.Changes;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.EventCoverage;
import io.conntracksync.node.table.SentEntries;
import io.conntracksync.node.table.TableException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Finds out which entries of a snapshot tell of their changes, before the VM stands still: those
 * that answer need not be looked at then. A few at a time, since a pause may come in between.
 */
final class RollCall {
  /** As many as are looked up within a few milliseconds. */
  private static final int AT_ONCE = 256;

  private final Changes changes;
  private final Deque<EntryKey> waiting = new ArrayDeque<>();

  RollCall(Changes changes) {
    this.changes = changes;
  }

  /** Each of these that has told nothing so far is called once from now on. */
  void begin(SentEntries sent) {
    waiting.clear();
    if (changes.coverage() == EventCoverage.NEW_ENTRIES_ONLY) {
      waiting.addAll(sent.silent());
    }
  }

  /** Calls the next ones; those that answer do so as changes. */
  void callSome() throws TableException {
    if (waiting.isEmpty()) {
      return;
    }
    List<EntryKey> next = new ArrayList<>(AT_ONCE);
    while (next.size() < AT_ONCE && !waiting.isEmpty()) {
      next.add(waiting.remove());
    }
    changes.call(next);
  }
}
