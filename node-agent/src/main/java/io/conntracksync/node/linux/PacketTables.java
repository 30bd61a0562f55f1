package io.conntracksync.node.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Names of the tables ({@code filter}, {@code nat}, ...) that the older iptables, which is not
 * built on nftables, has in a namespace: one a line in {@code /proc/net/ip_tables_names}. The file
 * is there only where the kernel has that iptables; it shows the reading thread's namespace.
 */
public final class PacketTables {
  private static final Path FOLDER = Path.of("/proc/thread-self/net");

  private PacketTables() {}

  public static Set<String> ofIpv4(NetworkNamespace namespace) throws SystemCallException {
    return names(namespace, "ip_tables_names");
  }

  public static Set<String> ofIpv6(NetworkNamespace namespace) throws SystemCallException {
    return names(namespace, "ip6_tables_names");
  }

  private static Set<String> names(NetworkNamespace namespace, String file)
      throws SystemCallException {
    Optional<String> text =
        namespace.inside(
            () -> {
              try {
                return Optional.of(Files.readString(FOLDER.resolve(file)));
              } catch (IOException e) {
                return Optional.empty();
              }
            });
    return text.map(names -> Set.copyOf(names.lines().toList())).orElse(Set.of());
  }
}
