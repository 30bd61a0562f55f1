package io.conntracksync.node.session;

import java.io.IOException;

/** The peer refused to go on; the message is the peer's, cleaned for display. */
public final class PeerRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  public PeerRefusedException(String message) {
    super(message);
  }
}
