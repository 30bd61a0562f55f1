package io.conntracksync.e2e.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Has the VM open connections one by one, over one talk that stays open: a talk for each would
 * double the connections that are opened. For one thread.
 */
final class VmDialler implements AutoCloseable {
  private final InetSocketAddress control;
  private final List<InetSocketAddress> peers;
  private Optional<GuestControl> talk = Optional.empty();
  private int turn;

  VmDialler(InetSocketAddress control, List<InetSocketAddress> peers) {
    this.control = control;
    this.peers = List.copyOf(peers);
  }

  /** The peer's addresses in turn. Throws when the talk broke; the next call opens another. */
  void dial() throws IOException {
    InetSocketAddress peer = peers.get(turn++ % peers.size());
    try {
      if (talk.isEmpty()) {
        talk = Optional.of(GuestControl.open(control));
      }
      talk.get().dial(peer, 1);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  @Override
  public void close() {
    talk.ifPresent(GuestControl::close);
    talk = Optional.empty();
  }
}
