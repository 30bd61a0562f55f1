package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Command;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What ConntrackSync does, done by hand with conntrack-tools while nothing changes: the entries of
 * the guest, copied from one node's table to the other's.
 */
final class TableCopy {
  private TableCopy() {}

  static void copy(Node source, Node target) {
    Map<String, String> families = Map.of("ipv4", Plan.GUEST.v4(), "ipv6", Plan.GUEST.v6());
    families.forEach(
        (family, guest) -> {
          for (String direction : List.of("-s", "-d")) {
            String entries = saved(source, family, direction, guest);
            Command.of(target.enter("conntrack", "-R", "-")).reading(entries).run();
          }
        });
  }

  private static String saved(Node source, String family, String direction, String guest) {
    return source
        .command("conntrack", "-L", "-f", family, direction, guest, "-o", "save")
        .run()
        .lines()
        // Not the line that counts them.
        .filter(line -> line.startsWith("-A"))
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
