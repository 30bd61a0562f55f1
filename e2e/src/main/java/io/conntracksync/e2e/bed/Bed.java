package io.conntracksync.e2e.bed;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole test bed: fabric, client, two nodes. There is one at a time on a machine. It first
 * removes what a killed one left behind, and leaves nothing itself when it is closed or when the
 * JVM is told to end.
 */
public final class Bed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Bed.class);
  private static final Path LOCK = Path.of("/run/conntracksync-bed.lock");

  private final BedSettings settings;
  private final BedLock lock;
  private final Thread emergency;
  private final Fabric fabric;
  private final Client client;
  private final Node nodeA;
  private final Node nodeB;
  private final List<VirtualMachine> guests = new CopyOnWriteArrayList<>();

  private Bed(
      BedSettings settings,
      BedLock lock,
      Thread emergency,
      Fabric fabric,
      Client client,
      Node nodeA,
      Node nodeB) {
    this.settings = settings;
    this.lock = lock;
    this.emergency = emergency;
    this.fabric = fabric;
    this.client = client;
    this.nodeA = nodeA;
    this.nodeB = nodeB;
  }

  /**
   * Makes the bed and returns when both nodes' libvirt answer. Throws, and leaves nothing, when
   * something is missing on the machine or another bed is in use.
   */
  public static Bed up(BedSettings settings) {
    Prerequisites.require(settings);
    BedLock lock = BedLock.take(LOCK);
    Thread emergency = new Thread(Leftovers::sweep, "bed-emergency");
    try {
      Leftovers.sweep();
      Runtime.getRuntime().addShutdownHook(emergency);
      return make(settings, lock, emergency);
    } catch (RuntimeException e) {
      try {
        clear(emergency, lock);
      } catch (RuntimeException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  private static Bed make(BedSettings settings, BedLock lock, Thread emergency) {
    GuestImage.build(settings, settings.guestImage());
    Fabric fabric = Fabric.create();
    MachineLink.create(fabric);
    Client client = Client.create(fabric);
    // Side by side: each waits some seconds until its libvirt has probed QEMU.
    CompletableFuture<Node> a =
        CompletableFuture.supplyAsync(
            () -> Node.create(Plan.NAME_A, Plan.NODE_A, fabric, settings));
    CompletableFuture<Node> b =
        CompletableFuture.supplyAsync(
            () -> Node.create(Plan.NAME_B, Plan.NODE_B, fabric, settings));
    // Both, also when one has failed: the other must not go on making things while we clear up.
    CompletableFuture.allOf(a, b).join();
    Bed bed = new Bed(settings, lock, emergency, fabric, client, a.join(), b.join());
    for (Node node : bed.nodes()) {
      node.events().listen(event -> bed.follow(event, node));
    }
    LOG.atInfo().addKeyValue("work", settings.work()).log("test bed is up");
    return bed;
  }

  // As a network plugin would: the route follows the running guest. After a failed migration the
  // guest resumes on the source, and the route goes back.
  private void follow(LibvirtEvent event, Node node) {
    if (event.isLifecycle("Resumed")) {
      fabric.moveGuest(node);
      LOG.atInfo().addKeyValue("node", node).log("route of the guest moved");
    }
  }

  /** Where its firewalls have their connections. */
  public Datapath datapath() {
    return settings.datapath();
  }

  public Fabric fabric() {
    return fabric;
  }

  public Client client() {
    return client;
  }

  public Node nodeA() {
    return nodeA;
  }

  public Node nodeB() {
    return nodeB;
  }

  public List<Node> nodes() {
    return List.of(nodeA, nodeB);
  }

  /** A guest with the domain name {@code <namespace>_<name>}, not yet started. */
  public VirtualMachine virtualMachine(String namespace, String name) {
    DomainXml xml =
        new DomainXml(
            namespace + "_" + name,
            UUID.randomUUID(),
            settings.binding().equals(Binding.MASQUERADE)
                ? LauncherRoot.GUEST_FILES
                : new GuestFiles(
                    settings.guestKernel(), settings.guestImage(), Path.of("/var/log/libvirt")),
            settings.binding());
    VirtualMachine guest = new VirtualMachine(xml, settings.work(), fabric, client);
    guests.add(guest);
    return guest;
  }

  @Override
  public void close() {
    try {
      for (Node node : nodes()) {
        guests.forEach(guest -> guest.destroy(node));
        node.close();
      }
    } finally {
      clear(emergency, lock);
    }
    LOG.atInfo().log("test bed is gone");
  }

  private static void clear(Thread emergency, BedLock lock) {
    try (lock) {
      Leftovers.sweep();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(emergency);
    } catch (IllegalStateException e) {
      // The JVM is ending and runs the hook itself, which finds nothing any more.
      LOG.atDebug().log("closed while the JVM was ending");
    }
  }
}
