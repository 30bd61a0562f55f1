package io.conntracksync.e2e.traffic;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.function.Consumer;

/** A port of the peer to which the VM connects, itself or through a service. */
final class EchoListener implements Selected {
  private final ServerSocketChannel channel;
  private final Consumer<SocketChannel> accepted;

  EchoListener(InetSocketAddress address, Selector selector, Consumer<SocketChannel> accepted)
      throws IOException {
    this.accepted = accepted;
    channel = ServerSocketChannel.open();
    channel.bind(address, 128);
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_ACCEPT, this);
  }

  InetSocketAddress address() throws IOException {
    return (InetSocketAddress) channel.getLocalAddress();
  }

  @Override
  public void selected() {
    try {
      for (var next = Optional.ofNullable(channel.accept());
          next.isPresent();
          next = Optional.ofNullable(channel.accept())) {
        accepted.accept(next.get());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot accept the VM's connection", e);
    }
  }
}
