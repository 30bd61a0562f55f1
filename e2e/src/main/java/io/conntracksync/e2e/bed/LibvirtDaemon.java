package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Command;
import io.conntracksync.e2e.process.Daemon;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** The libvirt daemon of a node. */
final class LibvirtDaemon implements AutoCloseable {
  /** The first contact with a new daemon waits until it has asked QEMU what it can do. */
  private static final Duration FIRST_CONTACT = Duration.ofSeconds(60);

  private final NodeNamespaces namespaces;
  private final Daemon daemon;

  private LibvirtDaemon(NodeNamespaces namespaces, Daemon daemon) {
    this.namespaces = namespaces;
    this.daemon = daemon;
  }

  static LibvirtDaemon start(NodeNamespaces namespaces, Path log) {
    Daemon daemon =
        Daemon.start(
            "libvirtd of " + namespaces.hostName(),
            log,
            LibvirtGate.ENVIRONMENT,
            namespaces.enter(
                "libvirtd", "--listen", "--pid-file", "/var/lib/libvirt/libvirtd.pid"));
    return new LibvirtDaemon(namespaces, daemon);
  }

  void awaitReady() {
    Awaitility.await("libvirtd of " + namespaces.hostName() + " answers")
        .atMost(FIRST_CONTACT)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              daemon.requireAlive();
              return virsh("list").within(FIRST_CONTACT).tryRun().exitCode() == 0;
            });
  }

  Command virsh(String... words) {
    return Command.of(words).after(virshWords());
  }

  List<String> virshWords() {
    return namespaces.enter("virsh", "--quiet", "--connect", "qemu:///system");
  }

  /** Ends the daemon. Guests outlive it: destroy them first. */
  @Override
  public void close() {
    daemon.close();
  }
}
