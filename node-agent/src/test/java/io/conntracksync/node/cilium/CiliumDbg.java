package io.conntracksync.node.cilium;

import java.nio.file.Path;
import java.util.List;

/** Cilium's own {@code cilium-dbg}, which works without a running Cilium. */
public final class CiliumDbg {
  /**
   * It takes the first bpffs that it finds mounted and looks for the maps in {@code tc/globals}
   * there. In a mount namespace of its own both are where our maps are.
   */
  private static final String IN_ITS_PLACE =
      """
      umount --types bpf /sys/fs/bpf 2>/dev/null || true
      mkdir -p /mnt/tc/globals
      mount --bind /mnt /mnt/tc/globals
      exec "$@"
      """;

  private CiliumDbg() {}

  /** What it prints of all entries of the maps at {@code /mnt} of that mount namespace. */
  public static List<String> conntrackList(Path mountNamespace) {
    List<String> command =
        List.of(
            "nsenter",
            "--mount=" + mountNamespace,
            "unshare",
            "--mount",
            "--propagation",
            "private",
            "sh",
            "-ec",
            IN_ITS_PLACE,
            "in its place",
            CiliumTools.program("cilium-dbg").toString(),
            "bpf",
            "ct",
            "list",
            "global");
    return CiliumTools.run(command, "")
        .lines()
        .map(CiliumDbg::withoutCounters)
        .filter(line -> !line.isEmpty())
        .toList();
  }

  /** Nobody has counted or reported yet. */
  private static String withoutCounters(String line) {
    return line.strip()
        .replace(" Packets=0 Bytes=0", "")
        .replace(" LastRxReport=0", "")
        .replace(" LastTxReport=0", "");
  }
}
