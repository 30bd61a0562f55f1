package io.conntracksync.e2e.switchover;

import io.conntracksync.e2e.bed.Bed;
import io.conntracksync.e2e.bed.LibvirtEvent;
import io.conntracksync.e2e.bed.Node;
import io.conntracksync.e2e.bed.VirtualMachine;
import io.conntracksync.e2e.traffic.Opener;
import io.conntracksync.e2e.traffic.Peer;
import io.conntracksync.e2e.traffic.PeerSettings;
import io.conntracksync.e2e.traffic.TrafficResult;
import java.nio.file.Path;

/**
 * Connections opened at random moments from before the hand-over until the VM runs on the target:
 * seldom while the migration is prepared, often while memory is copied, because that is when the
 * pause comes.
 */
final class Crowd implements AutoCloseable {
  /** Hundreds of connections must leave the emulated guest time for other things. */
  private static final long INTERVAL_MILLIS = 250;

  private final Peer peer;
  private final String domain;
  private final long seed;
  private volatile Stage stage = Stage.GATHERING;

  private enum Stage {
    GATHERING,
    COPYING,
    OVER
  }

  private Crowd(Peer peer, String domain, long seed) {
    this.peer = peer;
    this.domain = domain;
    this.seed = seed;
  }

  /** Begins; the rest follows what libvirt of the target reports. */
  static Crowd gather(
      Bed bed, VirtualMachine vm, Node target, Path folder, int fromTheStart, long seed) {
    PeerSettings settings =
        PeerSettings.of(
                vm.addresses().both(),
                bed.client().addresses().both(),
                folder.resolve("traffic.json").toString())
            .withIntervalMillis(INTERVAL_MILLIS);
    Crowd crowd =
        new Crowd(
            Peer.start(settings, bed.client().enter(), folder.resolve("peer.log")),
            vm.domain(),
            seed);
    crowd.peer.openFromPeer(fromTheStart);
    crowd.peer.openFromVm(fromTheStart);
    crowd.pace(new Pace(40, 90), new Pace(20, 45));
    target.events().listen(crowd::follow);
    return crowd;
  }

  private void follow(LibvirtEvent event) {
    if (stage == Stage.OVER || !event.domain().equals(domain)) {
      return;
    }
    if (event.isLifecycle("Started") && stage == Stage.GATHERING) {
      stage = Stage.COPYING;
      pace(new Pace(220, 260), new Pace(100, 80));
    } else if (event.isLifecycle("Resumed")) {
      stage = Stage.OVER;
      pace(Pace.NONE, Pace.NONE);
    }
  }

  private void pace(Pace ofPeer, Pace ofVm) {
    peer.scatter(Opener.PEER, ofPeer.perSecond(), ofPeer.most(), seed);
    peer.scatter(Opener.VM, ofVm.perSecond(), ofVm.most(), seed + 1);
  }

  /** All together must stay below what the guest program can hold, 512. */
  private record Pace(double perSecond, int most) {
    static final Pace NONE = new Pace(0, 0);
  }

  /** Opens no more; what is open goes on. */
  TrafficResult end() {
    stage = Stage.OVER;
    return peer.stop();
  }

  @Override
  public void close() {
    stage = Stage.OVER;
    peer.close();
  }
}
