package io.conntracksync.node.table.netfilter;

/** What the kernel remembers of a flow's protocol. */
sealed interface ProtocolState {
  /** The protocol has none. */
  record Stateless() implements ProtocolState {}

  /**
   * TCP. Source: linux/netfilter/nf_conntrack_tcp.h.
   *
   * @param state 0..9, {@link #ESTABLISHED} among them
   * @param original of the side that opened the connection
   * @param reply of the side that answered
   */
  record Tcp(int state, Side original, Side reply) implements ProtocolState {
    static final int ESTABLISHED = 3;
    static final int FIN_WAIT = 4;
    static final int TIME_WAIT = 7;
    static final int CLOSE = 8;
    static final int MAX_STATE = 9;

    /** Whether one side has closed, or both: FIN_WAIT, CLOSE_WAIT, LAST_ACK and those below. */
    boolean closes() {
      return state >= FIN_WAIT && state <= CLOSE;
    }

    /** Whether the connection is over and only lingers. */
    boolean lingers() {
      return state == TIME_WAIT || state == CLOSE;
    }
  }

  /**
   * One side of a TCP connection.
   *
   * @param scale window scale 0..14
   * @param flags of {@link #CARRIED}
   */
  record Side(int scale, int flags) {
    static final Side UNKNOWN = new Side(0, 0);
    static final int MAX_SCALE = 14;

    /** The side's window counts in units of its scale. */
    static final int WINDOW_SCALE = 0x1;

    /** Packets outside the window are forgiven. */
    static final int BE_LIBERAL = 0x8;

    /**
     * Window scale, selective acknowledgement, close seen, be liberal. The other flags speak of
     * sequence numbers, which ctnetlink does not show: they would be wrong on the target.
     */
    static final int CARRIED = 0x0f;

    Side liberal() {
      return new Side(scale, flags | BE_LIBERAL);
    }
  }

  /**
   * SCTP. Source: linux/netfilter/nf_conntrack_sctp.h.
   *
   * @param state 0..9, 4 is established
   */
  record Sctp(int state, int originalTag, int replyTag) implements ProtocolState {
    static final int MAX_STATE = 9;
    private static final int COOKIE_WAIT = 2;
    private static final int ESTABLISHED = 4;
    private static final int HEARTBEAT_SENT = 8;

    /** Whether it is neither closed nor shutting down. */
    boolean isOpenOrOpening() {
      return (state >= COOKIE_WAIT && state <= ESTABLISHED) || state >= HEARTBEAT_SENT;
    }
  }
}
