package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Command;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The cable between the machine and the fabric: tests outside the namespaces talk over it to what
 * listens on the fabric's own address, as the API server does. There is a way to that one address
 * only, so whatever networks the machine has keep working, and nodes and guest stay out of reach.
 */
final class MachineLink {
  private static final String LINK = Plan.PREFIX + "machine";

  private MachineLink() {}

  static void create(Fabric fabric) {
    fabric.plug("v-machine", LINK, Long.toString(ProcessHandle.current().pid()));
    Command.of("sysctl", "-qw", "net.ipv6.conf." + LINK + ".disable_ipv6=1").run();
    Command.of("ip", "addr", "add", Plan.MACHINE + "/32", "dev", LINK).run();
    Command.of("ip", "link", "set", LINK, "up").run();
    Command.of("ip", "route", "add", Plan.FABRIC.v4() + "/32", "dev", LINK).run();
  }

  /**
   * Removes it, when it is there. It would vanish with the fabric's namespace, but the kernel takes
   * its time for that, and the next bed would find the name taken.
   */
  static void delete() {
    if (exists()) {
      Command.of("ip", "link", "del", LINK).run();
    }
  }

  static boolean exists() {
    return Files.exists(Path.of("/sys/class/net", LINK));
  }
}
