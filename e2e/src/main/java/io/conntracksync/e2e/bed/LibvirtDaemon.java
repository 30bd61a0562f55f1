package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Daemon;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;

/** The libvirt daemon of a node. */
final class LibvirtDaemon implements GuestLibvirt {
  /** The first contact with a new daemon waits until it has asked QEMU what it can do. */
  private static final Duration FIRST_CONTACT = Duration.ofSeconds(60);

  private final NodeNamespaces namespaces;
  private final LibvirtAddress address;
  private final Daemon daemon;

  private LibvirtDaemon(NodeNamespaces namespaces, LibvirtAddress address, Daemon daemon) {
    this.namespaces = namespaces;
    this.address = address;
    this.daemon = daemon;
  }

  /** Starts it and returns when it answers; others reach it at this address of the node. */
  static LibvirtDaemon start(NodeNamespaces namespaces, String address, Path log) {
    Daemon daemon =
        Daemon.start(
            "libvirtd of " + namespaces.hostName(),
            log,
            LibvirtGate.ENVIRONMENT,
            namespaces.enter(
                "libvirtd", "--listen", "--pid-file", "/var/lib/libvirt/libvirtd.pid"));
    LibvirtDaemon libvirt = new LibvirtDaemon(namespaces, LibvirtAddress.ofSystem(address), daemon);
    libvirt.awaitReady();
    return libvirt;
  }

  private void awaitReady() {
    Awaitility.await("libvirtd of " + namespaces.hostName() + " answers")
        .atMost(FIRST_CONTACT)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              daemon.requireAlive();
              return client().command("list").within(FIRST_CONTACT).tryRun().exitCode() == 0;
            });
  }

  @Override
  public Optional<Virsh> virsh() {
    return Optional.of(client());
  }

  private Virsh client() {
    return new Virsh(namespaces.enter("virsh", "--quiet", "--connect", "qemu:///system"));
  }

  @Override
  public LibvirtAddress address() {
    return address;
  }

  /** Ends the daemon. Guests outlive it: destroy them first. */
  @Override
  public void close() {
    daemon.close();
  }
}
