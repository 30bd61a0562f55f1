package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Daemon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * In place of Cilium's agent on a node: says at its socket which version and which clock the maps
 * are of, and offers export and import of their entries, or does not, as stock Cilium.
 */
final class CiliumAgent implements AutoCloseable {
  /** Whose layouts the firewall's maps have. */
  static final String VERSION = "1.19.1";

  private static final String READY = "ready";

  private final Daemon daemon;

  private CiliumAgent(Daemon daemon) {
    this.daemon = daemon;
  }

  /** Starts it beside the maps of that node and returns when it answers. */
  static CiliumAgent start(Path program, Datapath datapath, NodeNamespaces node, Path log) {
    List<String> words =
        new ArrayList<>(
            node.enter(
                program.toString(),
                "--socket",
                NodeFolders.CILIUM.resolve("cilium.sock").toString(),
                "--maps",
                CiliumFirewall.MAPS.toString(),
                "--version",
                VERSION,
                "--clock",
                "ktime"));
    if (datapath == Datapath.CILIUM_API) {
      words.add("--conntrack-api");
    }
    clear(log);
    String name = "stand-in for Cilium's agent of " + node.hostName();
    Daemon daemon = Daemon.start(name, log, Map.of(), words);
    Awaitility.await(name + " is ready")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              daemon.requireAlive();
              return Files.readAllLines(log).contains(READY);
            });
    return new CiliumAgent(daemon);
  }

  /** What an earlier one said must not be taken for this one's word. */
  private static void clear(Path log) {
    try {
      Files.deleteIfExists(log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + log, e);
    }
  }

  @Override
  public void close() {
    daemon.close();
  }
}
