package io.conntracksync.node.session;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** The way from a source session to its target. */
@FunctionalInterface
public interface Outlet {
  /**
   * Connects to the agent of {@code target}, a node's name, and to no other, and exchanges
   * greetings; blocks for a bounded time. Throws {@link PeerRefusedException} when the target will
   * not have us, another {@link IOException} when it is not reached.
   */
  Link open(String target, Greeting greeting, Endpoint endpoint) throws IOException;

  /**
   * A connection whose target has accepted us. One thread uses it; any thread may say goodbye or
   * close, which ends a blocked call. Every call throws {@link PeerRefusedException} when the
   * target refused, {@link PeerDoneException} when it said goodbye, another {@link IOException}
   * when the connection broke; it is of no use afterwards.
   */
  interface Link extends AutoCloseable {
    /** Sends entries that are to be in the target's table; any number. */
    void send(List<Entry> entries) throws IOException;

    /** Says which entries the source's table no longer has; any number. */
    void remove(Collection<EntryKey> keys) throws IOException;

    /** Asks the target to acknowledge everything sent so far, and waits for that. */
    Acknowledgement barrier() throws IOException;

    /** Tells the target how the sync ended; what cannot be told is not told. */
    void sayBye(Conclusion conclusion);

    /** Bytes sent so far, framing included. */
    long bytesSent();

    @Override
    void close();
  }
}
