package io.conntracksync.node.session;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Where a target session is reached by its source. */
@FunctionalInterface
public interface Inlet {
  /**
   * Listens for one sync, to the agent of {@code source}, a node's name; returns at once. Throws
   * {@link PortTakenException} when another process has the port, another {@link IOException} when
   * listening fails otherwise. Closing the result ends the listening and every connection.
   */
  Listening listen(String source, Greeting greeting, Endpoint endpoint, Door door)
      throws IOException;

  /** A port in use for a sync. */
  interface Listening extends AutoCloseable {
    /** Tells the source how the sync ended; what cannot be told is not told. */
    void sayBye(Conclusion conclusion);

    @Override
    void close();
  }

  /** Decides who comes in. Safe for use by several threads. */
  interface Door {
    /** What we have against this peer; empty when it may {@link #enter}. */
    Optional<PeerRefusal> objectionTo(Greeting peer);

    /** This peer is the source now; an earlier one is no longer. */
    Guest enter(String peer);
  }

  /**
   * What one accepted source does, in its order, told by one thread. Throws {@link
   * GuestRefusedException} when the source is to be refused and its connection closed.
   */
  interface Guest {
    /** Entries that are to be in the table. */
    void entries(List<Entry> entries) throws GuestRefusedException;

    /** Entries that are no longer in the source's table. */
    void removed(List<EntryKey> keys) throws GuestRefusedException;

    /** Everything before is dealt with when this returns. */
    Acknowledgement barrier() throws GuestRefusedException;

    /**
     * The source was told so, or is gone. What follows from a barrier comes after that: a VM may
     * stand still for the answer.
     */
    void acknowledged();

    /** The connection is gone; nothing follows. */
    void left(String cause);
  }

  /** The source is to be refused. */
  final class GuestRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // Never serialised; exceptions are by birth.
    private final PeerRefusal refusal;

    public GuestRefusedException(PeerRefusal refusal) {
      super(refusal.text());
      this.refusal = refusal;
    }

    public PeerRefusal refusal() {
      return refusal;
    }
  }
}
