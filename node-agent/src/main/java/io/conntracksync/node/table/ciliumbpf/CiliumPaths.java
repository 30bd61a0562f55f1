package io.conntracksync.node.table.ciliumbpf;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a node's Cilium is found.
 *
 * @param maps folder in which it pins its maps
 * @param socket on which its agent answers
 * @param runtimeConfiguration file in which its agent notes how it was started
 * @param scheduleStatistics the kernel's file that tells jiffies
 */
public record CiliumPaths(
    Path maps, Path socket, Path runtimeConfiguration, Path scheduleStatistics) {
  private static final Path MAPS = Path.of("/sys/fs/bpf/tc/globals");
  private static final Path OTHER_MAPS = Path.of("/run/cilium/bpffs/tc/globals");

  /** As on every node; Cilium mounts a bpffs of its own where the node has none. */
  public static CiliumPaths ofNode() {
    return new CiliumPaths(
        Files.exists(MAPS.resolve(CtMap.TCP4.pin())) || !Files.exists(OTHER_MAPS)
            ? MAPS
            : OTHER_MAPS,
        Path.of("/run/cilium/cilium.sock"),
        Path.of("/run/cilium/state/agent-runtime-config.json"),
        Path.of("/proc/schedstat"));
  }
}
