package io.conntracksync.e2e.traffic;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One run of the peer program: opens flows on order, judges them at the end. Talks to the guest's
 * control port on the caller's thread, beside the {@link TrafficLoop}.
 */
final class PeerRun implements AutoCloseable {
  /** A first packet may fall into the switchover: time for several of TCP's opening attempts. */
  private static final long OPENING_SECONDS = 20;

  private final PeerSettings settings;
  private final List<InetAddress> guests;
  private final RunClock clock = new RunClock();
  private final TrafficLoop loop;
  private final List<Mark> marks = Collections.synchronizedList(new ArrayList<>());
  private final VmDialler dialler;
  private final RandomOpenings peerOpenings;
  private final RandomOpenings vmOpenings;
  private final AtomicInteger lastTurn = new AtomicInteger();

  PeerRun(PeerSettings settings, Consumer<Live> live) throws IOException {
    this.settings = settings;
    this.guests = settings.guestAddresses();
    this.loop = new TrafficLoop(settings, clock, live);
    this.dialler = new VmDialler(control(guests.get(0)), loop.tcpAddresses());
    this.peerOpenings = new RandomOpenings("peer-openings", this::connectOnce, this::failed);
    this.vmOpenings = new RandomOpenings("vm-openings", this::dialOnce, this::failed);
    loop.start();
  }

  /**
   * Opens connections of the peer, or of the VM, at random moments from now on; returns at once.
   * Each of the VM's that is under way is a mark {@link Mark#VM_DIALLED}, since one that never
   * arrives here is no flow.
   */
  void scatter(String opener, double perSecond, int most, long seed) {
    switch (opener) {
      case "peer" -> peerOpenings.pace(perSecond, most, seed);
      case "vm" -> vmOpenings.pace(perSecond, most, seed);
      default -> throw new IllegalArgumentException(opener);
    }
  }

  private void connectOnce() {
    var unused = loop.connect(new InetSocketAddress(turn(guests), settings.echoPort()));
  }

  private void dialOnce() throws IOException {
    dialler.dial();
    marks.add(new Mark(Mark.VM_DIALLED, clock.startedMillis() + clock.now()));
  }

  private void failed(IOException e) {
    marks.add(
        new Mark(Mark.NOT_DIALLED + ": " + e.getMessage(), clock.startedMillis() + clock.now()));
  }

  /** Opens {@code count} flows, the families in turn; returns when each was answered once. */
  void open(String opener, int count) throws IOException {
    switch (opener) {
      case "peer" -> openFromPeer(count);
      case "vm" -> openFromVm(count);
      case "service" -> openToServices(count);
      case "udp" -> openStreams(count);
      default -> throw new IllegalArgumentException(opener);
    }
  }

  void mark(Mark mark) {
    marks.add(mark);
  }

  List<Mark> marks() {
    return List.copyOf(marks);
  }

  /** Ends the traffic, asks the VM what it received, and writes the result. */
  void stop() throws IOException {
    endOpenings();
    TrafficLoop.Stopped stopped = loop.stop();
    List<NewConnection> reached = guests.stream().map(this::reach).toList();
    Map<Integer, BitSet> received = stopped.streams().isEmpty() ? Map.of() : report(reached);
    Stream<Flow> tcp = stopped.connections().stream().map(each -> each.flowAt(stopped.atMillis()));
    Stream<Flow> udp =
        stopped.streams().stream()
            .map(
                each ->
                    each.flowAt(
                        stopped.atMillis(), Optional.ofNullable(received.get(each.index()))));
    ResultFile.write(
        Path.of(settings.resultFile()),
        new TrafficResult(
            clock.startedMillis(),
            clock.startedMillis() + stopped.atMillis(),
            marks(),
            reached,
            Stream.concat(tcp, udp).sorted(Comparator.comparingInt(Flow::id)).toList()));
  }

  @Override
  public void close() {
    endOpenings();
    loop.close();
  }

  private void endOpenings() {
    peerOpenings.close();
    vmOpenings.close();
    dialler.close();
  }

  private void openFromPeer(int count) throws IOException {
    await(
        "connections to the VM",
        times(count, () -> loop.connect(new InetSocketAddress(turn(guests), settings.echoPort()))));
  }

  private void openFromVm(int count) throws IOException {
    dial(loop.tcpAddresses(), count);
  }

  private void openToServices(int count) throws IOException {
    if (settings.services().isEmpty()) {
      throw new IOException("there is no service that leads to the peer");
    }
    dial(settings.services().stream().map(Service::frontend).toList(), count);
  }

  private void dial(List<InetSocketAddress> addresses, int count) throws IOException {
    var awaited = times(count, loop::expectDial);
    try (GuestControl guest = talk()) {
      for (Share share : shares(addresses, count)) {
        guest.dial(share.peer(), share.count());
      }
    }
    await("connections of the VM", awaited);
  }

  private void openStreams(int count) throws IOException {
    var awaited = times(count, loop::expectStream);
    try (GuestControl guest = talk()) {
      for (Share share : shares(loop.udpAddresses(), count)) {
        guest.udp(share.peer(), share.count());
      }
    }
    await("UDP streams of the VM", awaited);
  }

  /** How many flows one of the peer's addresses gets. */
  private record Share(InetSocketAddress peer, int count) {}

  private List<Share> shares(List<InetSocketAddress> peers, int count) {
    int[] counts = new int[peers.size()];
    for (int i = 0; i < count; i++) {
      counts[lastTurn.getAndIncrement() % counts.length]++;
    }
    return IntStream.range(0, counts.length)
        .filter(i -> counts[i] > 0)
        .mapToObj(i -> new Share(peers.get(i), counts[i]))
        .toList();
  }

  private <T> T turn(List<T> choices) {
    return choices.get(lastTurn.getAndIncrement() % choices.size());
  }

  private GuestControl talk() throws IOException {
    return GuestControl.open(control(guests.get(0)));
  }

  private InetSocketAddress control(InetAddress guest) {
    return new InetSocketAddress(guest, settings.controlPort());
  }

  private NewConnection reach(InetAddress guest) {
    String address = EndpointText.of(guest);
    try (GuestControl control = GuestControl.open(control(guest))) {
      control.ping();
      return new NewConnection(address, Family.of(guest), true, "");
    } catch (IOException e) {
      return new NewConnection(address, Family.of(guest), false, String.valueOf(e.getMessage()));
    }
  }

  // Not reachable at all: the streams end as unknown, and the new connections say why.
  private Map<Integer, BitSet> report(List<NewConnection> reached) throws IOException {
    for (int i = 0; i < guests.size(); i++) {
      if (reached.get(i).ok()) {
        try (GuestControl guest = GuestControl.open(control(guests.get(i)))) {
          return guest.report();
        }
      }
    }
    return Map.of();
  }

  private static List<CompletableFuture<Void>> times(
      int count, Supplier<CompletableFuture<Void>> opening) {
    return Stream.generate(opening).limit(count).toList();
  }

  private static void await(String what, List<CompletableFuture<Void>> openings)
      throws IOException {
    try {
      CompletableFuture.allOf(openings.toArray(CompletableFuture<?>[]::new))
          .get(OPENING_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      long open = openings.stream().filter(CompletableFuture::isDone).count();
      throw new IOException(
          String.format(
              "%d of %d %s answered within %d s: see the firewalls' counters and the routes",
              open, openings.size(), what, OPENING_SECONDS),
          e);
    } catch (ExecutionException e) {
      throw new IOException(what + ": " + e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + what, e);
    }
  }
}
