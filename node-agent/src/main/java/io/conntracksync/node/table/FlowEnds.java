package io.conntracksync.node.table;

import java.net.InetAddress;
import java.util.Objects;

/** The two real ends of a flow, NAT undone: who opened it and who answers. */
public record FlowEnds(InetAddress initiator, InetAddress responder) {
  public FlowEnds {
    Objects.requireNonNull(initiator, "initiator");
    Objects.requireNonNull(responder, "responder");
  }
}
