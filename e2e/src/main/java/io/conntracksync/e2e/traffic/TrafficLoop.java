package io.conntracksync.e2e.traffic;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * All flows of a run on one thread over one selector, which sleeps until a packet comes or a
 * message is due. Other threads hand in work by the inbox; nothing here waits for the VM's control
 * port, because such a wait would show up as a gap of every connection.
 */
final class TrafficLoop implements AutoCloseable {
  private static final long LIVE_EVERY_MILLIS = 200;

  /** No service between VM and peer. */
  private static final String DIRECT = "";

  private final Selector selector = Selector.open();
  private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
  private final Beat beat;
  private final Consumer<Live> live;
  private final List<EchoListener> listeners = new ArrayList<>();
  private final List<PushSocket> pushSockets = new ArrayList<>();
  private final List<EchoConnection> connections = new ArrayList<>();
  private final Map<Integer, PushStream> streams = new HashMap<>();
  private final Deque<CompletableFuture<Void>> awaitedDials = new ArrayDeque<>();
  private final Deque<CompletableFuture<Void>> awaitedStreams = new ArrayDeque<>();
  private final Thread thread = new Thread(this::run, "traffic");
  private int lastId;
  private long stoppedAt = -1;

  TrafficLoop(PeerSettings settings, RunClock clock, Consumer<Live> live) throws IOException {
    this.beat = new Beat(clock, new Agenda(), settings.intervalMillis());
    this.live = live;
    for (InetAddress address : settings.listenAddresses()) {
      listeners.add(
          new EchoListener(
              new InetSocketAddress(address, 0), selector, channel -> accepted(channel, DIRECT)));
      pushSockets.add(new PushSocket(address, selector, this::greeted));
    }
    for (Service service : settings.services()) {
      String frontend = EndpointText.of(service.frontend());
      var unused =
          new EchoListener(service.arrival(), selector, channel -> accepted(channel, frontend));
    }
  }

  void start() {
    beat.agenda().at(0, this::tellLive);
    thread.start();
  }

  List<InetSocketAddress> tcpAddresses() throws IOException {
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (EchoListener listener : listeners) {
      addresses.add(listener.address());
    }
    return addresses;
  }

  List<InetSocketAddress> udpAddresses() {
    return pushSockets.stream().map(PushSocket::address).toList();
  }

  /** Opens a connection; done when its first echo is back. */
  CompletableFuture<Void> connect(InetSocketAddress vm) {
    CompletableFuture<Void> established = new CompletableFuture<>();
    hand(() -> connectNow(vm, established));
    return established;
  }

  /** Done when the VM has connected once more and answers on that connection. */
  CompletableFuture<Void> expectDial() {
    CompletableFuture<Void> established = new CompletableFuture<>();
    hand(() -> awaitedDials.add(established));
    return established;
  }

  /** Done when one more socket of the VM asked for its stream. */
  CompletableFuture<Void> expectStream() {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    hand(() -> awaitedStreams.add(asked));
    return asked;
  }

  /** Ends the thread and closes every flow. From then on the flows may be read by the caller. */
  Stopped stop() {
    hand(() -> stoppedAt = beat.clock().now());
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the traffic ends", e);
    }
    if (stoppedAt < 0) {
      throw new IllegalStateException(
          "the traffic ended before it was told to: its error is on the error output above");
    }
    return new Stopped(stoppedAt, List.copyOf(connections), List.copyOf(streams.values()));
  }

  @Override
  public void close() {
    if (thread.isAlive()) {
      stop();
    }
  }

  /** The flows as they stood at the stop. */
  record Stopped(long atMillis, List<EchoConnection> connections, List<PushStream> streams) {}

  private void hand(Runnable work) {
    inbox.add(work);
    selector.wakeup();
  }

  private void run() {
    try (selector) {
      while (stoppedAt < 0) {
        turn();
      }
      connections.forEach(EchoConnection::close);
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the traffic's selector failed", e);
    }
  }

  private void turn() throws IOException {
    long wait = beat.agenda().untilNext(beat.clock().now(), LIVE_EVERY_MILLIS);
    if (wait == 0) {
      selector.selectNow();
    } else {
      selector.select(wait);
    }
    // Before the keys: what the inbox expects may be on one of them already.
    for (Runnable work = inbox.poll(); work != null; work = inbox.poll()) {
      work.run();
    }
    selector.selectedKeys().forEach(TrafficLoop::ready);
    selector.selectedKeys().clear();
    beat.agenda().runDue(beat.clock().now());
  }

  private static void ready(SelectionKey key) {
    if (key.isValid() && key.attachment() instanceof Selected selected) {
      selected.selected();
    }
  }

  private void connectNow(InetSocketAddress vm, CompletableFuture<Void> established) {
    try {
      SocketChannel channel = SocketChannel.open();
      EchoConnection connection = add(channel, Opener.PEER, DIRECT, established);
      boolean connected = channel.connect(vm);
      connection.dialled(vm);
      if (connected) {
        connection.begin();
      }
    } catch (IOException e) {
      established.completeExceptionally(e);
    }
  }

  private void accepted(SocketChannel channel, String service) {
    CompletableFuture<Void> established =
        awaitedDials.isEmpty() ? new CompletableFuture<>() : awaitedDials.remove();
    try {
      add(channel, Opener.VM, service, established).begin();
    } catch (IOException e) {
      established.completeExceptionally(e);
    }
  }

  private EchoConnection add(
      SocketChannel channel, Opener opener, String service, CompletableFuture<Void> established)
      throws IOException {
    channel.configureBlocking(false);
    SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
    EchoConnection connection =
        new EchoConnection(beat, ++lastId, opener, service, channel, key, established);
    key.attach(connection);
    connections.add(connection);
    return connection;
  }

  // The guest numbers its sockets over its whole life, so an index names one stream.
  private void greeted(int index, InetSocketAddress vm, PushSocket at) {
    if (streams.containsKey(index)) {
      return;
    }
    PushStream stream = new PushStream(beat, ++lastId, index, at.channel(), at.address(), vm);
    streams.put(index, stream);
    stream.push();
    if (!awaitedStreams.isEmpty()) {
      awaitedStreams.remove().complete(null);
    }
  }

  private void tellLive() {
    long now = beat.clock().now();
    int alive = (int) connections.stream().filter(connection -> connection.aliveAt(now)).count();
    int opened = (int) connections.stream().filter(EchoConnection::opened).count();
    live.accept(new Live(alive, opened));
    beat.agenda().at(now + LIVE_EVERY_MILLIS, this::tellLive);
  }
}
