package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guest. It answers on TCP port 7 with what it gets, and takes orders on TCP port 9. The bed
 * has addresses for one: destroy it before another is created.
 */
public final class VirtualMachine {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualMachine.class);

  /** Emulated and on a busy machine; usually 4 s. */
  private static final Duration BOOT = Duration.ofSeconds(90);

  private final DomainXml xml;
  private final Path work;
  private final Fabric fabric;
  private final Client client;

  VirtualMachine(DomainXml xml, Path work, Fabric fabric, Client client) {
    this.xml = xml;
    this.work = work;
    this.fabric = fabric;
    this.client = client;
  }

  /** The domain's name, {@code <namespace>_<vm>}. */
  public String domain() {
    return xml.name();
  }

  public UUID uuid() {
    return xml.uuid();
  }

  public DualStack addresses() {
    return Plan.GUEST;
  }

  /** Starts it on this node and returns when it answers the client, over IPv4 and IPv6. */
  public void create(Node node) {
    fabric.moveGuest(node);
    Path file = work.resolve(domain() + ".xml");
    try {
      Files.writeString(file, xml.text());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
    // Transient: after a migration nothing of it is left on the source.
    node.virsh("create", file.toString()).run();
    LOG.atInfo().addKeyValue("node", node).log("guest created");
    for (String address : addresses().both()) {
      Awaitility.await(domain() + " answers at " + address)
          .atMost(BOOT)
          .pollInterval(Duration.ofMillis(100))
          .until(() -> client.isAnswered(address));
    }
    LOG.atInfo().addKeyValue("node", node).log("guest answers");
  }

  public DomainState state(Node node) {
    return node.libvirt().map(this::state).orElse(DomainState.ABSENT);
  }

  private DomainState state(Virsh libvirt) {
    Command.Finished finished = libvirt.command("domstate", domain()).tryRun();
    // The one reason for which it fails: no domain of that name.
    return finished.exitCode() == 0 ? DomainState.parse(finished.output()) : DomainState.ABSENT;
  }

  /** Migrates it live and returns when libvirt says how it ended. The route follows by itself. */
  public MigrationResult migrate(Node source, Node target, MigrationOptions options) {
    MigrationResult result = new Migration(domain(), source, target, options).run();
    LOG.atInfo().addKeyValue("result", result).log("migration ended");
    return result;
  }

  /** Ends it at once on this node; nothing when it is not there. */
  public void destroy(Node node) {
    node.libvirt().ifPresent(virsh -> virsh.command("destroy", domain()).tryRun());
  }
}
