package io.conntracksync.node.session;

import java.io.IOException;

/** The target has said goodbye: it knows already that the sync is over. */
public final class PeerDoneException extends IOException {
  private static final long serialVersionUID = 1L;

  public PeerDoneException() {
    super("the target said goodbye");
  }
}
