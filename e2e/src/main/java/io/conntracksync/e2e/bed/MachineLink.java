package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The cable between the machine and the fabric: tests outside the namespaces talk over it to what
 * listens in the fabric, as the API server does, and on the nodes, as the agents' metrics do. There
 * are ways to these addresses only, so whatever networks the machine has keep working, and the
 * guest stays out of reach.
 */
final class MachineLink {
  private static final String LINK = Plan.PREFIX + "machine";

  private MachineLink() {}

  static void create(Fabric fabric) {
    fabric.plug("v-machine", LINK, Long.toString(ProcessHandle.current().pid()));
    Command.of("sysctl", "-qw", "net.ipv6.conf." + LINK + ".disable_ipv6=1").run();
    Command.of("ip", "addr", "add", Plan.MACHINE + "/32", "dev", LINK).run();
    Command.of("ip", "link", "set", LINK, "up").run();
    for (DualStack reachable : List.of(Plan.FABRIC, Plan.NODE_A, Plan.NODE_B)) {
      Command.of("ip", "route", "add", reachable.v4() + "/32", "dev", LINK).run();
    }
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
