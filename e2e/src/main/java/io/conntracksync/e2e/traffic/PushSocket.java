package io.conntracksync.e2e.traffic;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A UDP port of the peer: takes {@code hello <index>} of the VM's sockets. */
final class PushSocket implements Selected {
  private static final Pattern HELLO = Pattern.compile("hello ([0-9]{1,9})\\s*");

  private final DatagramChannel channel;
  private final Greeted greeted;
  private final ByteBuffer buffer = ByteBuffer.allocate(64);

  PushSocket(InetAddress address, Selector selector, Greeted greeted) throws IOException {
    this.greeted = greeted;
    channel = DatagramChannel.open();
    channel.bind(new InetSocketAddress(address, 0));
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, this);
  }

  /** A socket of the VM asked for its stream; also when it asks again. */
  interface Greeted {
    void by(int index, InetSocketAddress vm, PushSocket at);
  }

  InetSocketAddress address() {
    try {
      return (InetSocketAddress) channel.getLocalAddress();
    } catch (IOException e) {
      throw new UncheckedIOException("the UDP socket has no address", e);
    }
  }

  DatagramChannel channel() {
    return channel;
  }

  @Override
  public void selected() {
    try {
      for (var from = receive(); from.isPresent(); from = receive()) {
        Matcher hello = HELLO.matcher(StandardCharsets.US_ASCII.decode(buffer.flip()));
        if (hello.matches()) {
          greeted.by(Integer.parseInt(hello.group(1)), from.get(), this);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot receive the VM's greeting", e);
    }
  }

  private Optional<InetSocketAddress> receive() throws IOException {
    buffer.clear();
    return Optional.ofNullable((InetSocketAddress) channel.receive(buffer));
  }
}
