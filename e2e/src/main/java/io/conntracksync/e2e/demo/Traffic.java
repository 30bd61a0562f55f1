package io.conntracksync.e2e.demo;

import io.conntracksync.e2e.bed.Bed;
import io.conntracksync.e2e.bed.Datapath;
import io.conntracksync.e2e.bed.DualStack;
import io.conntracksync.e2e.bed.VirtualMachine;
import io.conntracksync.e2e.report.ProgressView;
import io.conntracksync.e2e.traffic.Live;
import io.conntracksync.e2e.traffic.Peer;
import io.conntracksync.e2e.traffic.PeerSettings;
import io.conntracksync.e2e.traffic.Service;
import io.conntracksync.e2e.traffic.TrafficResult;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The peer's connections to the VM during one run, and the view's live count of them. */
final class Traffic implements AutoCloseable {
  private static final long VIEW_MILLIS = 250;

  private final Peer peer;
  private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor();

  private Traffic(Peer peer) {
    this.peer = peer;
  }

  /** Starts the peer in the client's namespace; no connections yet. */
  static Traffic start(Bed bed, VirtualMachine vm, Path folder, ProgressView view) {
    Datapath datapath = bed.datapath();
    PeerSettings settings =
        PeerSettings.of(
                movable(datapath, vm.addresses()),
                movable(datapath, bed.client().addresses()),
                folder.resolve("traffic.json").toString())
            .withServices(services(bed));
    Traffic traffic =
        new Traffic(Peer.start(settings, bed.client().enter(), folder.resolve("peer.log")));
    var unused =
        traffic.ticker.scheduleAtFixedRate(
            () -> traffic.count(view), VIEW_MILLIS, VIEW_MILLIS, TimeUnit.MILLISECONDS);
    return traffic;
  }

  private static List<String> movable(Datapath datapath, DualStack addresses) {
    return addresses.both().stream().filter(datapath::moves).toList();
  }

  private static List<Service> services(Bed bed) {
    return bed.nodeA().services().stream()
        .filter(service -> bed.datapath().moves(service.address()))
        .map(each -> new Service(each.address(), each.port(), each.backend(), each.backendPort()))
        .toList();
  }

  private void count(ProgressView view) {
    Live live = peer.live();
    if (live.total() > 0) {
      view.live(live.alive(), live.total());
    }
  }

  Peer peer() {
    return peer;
  }

  /** Ends the traffic and returns what became of each connection. */
  TrafficResult stop() {
    ticker.shutdownNow();
    return peer.stop();
  }

  @Override
  public void close() {
    ticker.shutdownNow();
    peer.close();
  }
}
