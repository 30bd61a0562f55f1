package io.conntracksync.node.session;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Where target sessions write down what they do to the table, so that a later process of the agent
 * can undo it. Nothing throws: a journal that cannot be kept is told where faults are counted, and
 * the sync goes on; it is then undone by what the process itself remembers. Safe for use by several
 * threads.
 */
public interface Journals {
  /** Keeps nothing beyond the process. */
  Journals NONE = new NoJournals();

  /** The journal of that sync: as an earlier process left it, or a new one. */
  Journal open(String syncUid);

  /** Uids of the syncs of which a journal is there. */
  Set<String> uids();

  /** Throws away the journal of a sync that nobody has open. */
  void discard(String syncUid);

  /** One sync's journal. For one thread at a time. */
  interface Journal extends AutoCloseable {
    /**
     * Tells what an earlier process wrote, up to where it can be read; nothing in a new one. Once,
     * and before anything is written.
     */
    void replay(Consumer<JournalNote> reader);

    /** Survives the process from the return on. */
    void write(JournalNote note);

    /** Whether most of it is out of date, so that writing it anew would save room. */
    boolean isOverlong();

    /** These in place of everything written so far. */
    void rewrite(List<JournalNote> notes);

    /** Nothing is left to be undone. */
    void discard();

    /** Leaves it to a later process. */
    @Override
    void close();
  }
}
