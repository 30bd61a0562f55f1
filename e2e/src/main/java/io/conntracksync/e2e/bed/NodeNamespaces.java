package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Command;
import io.conntracksync.e2e.process.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * A node's own view of the machine: network, mounts, and host name. A process that does nothing
 * holds it, so that it is there before libvirtd and after it.
 */
final class NodeNamespaces implements AutoCloseable {
  private static final String HOLDER = "sleep";

  private final String hostName;
  private final Daemon holder;
  private final String network;

  private NodeNamespaces(String hostName, Daemon holder, String network) {
    this.hostName = hostName;
    this.holder = holder;
    this.network = network;
  }

  static NodeNamespaces create(String hostName, Namespace network, NodeFolders folders) {
    List<String> words =
        network.enter(
            "unshare", "--mount", "--uts", "--propagation", "private", HOLDER, "infinity");
    Daemon holder =
        Daemon.start(
            "holder of " + hostName, folders.root().resolve("holder.log"), Map.of(), words);
    NodeNamespaces namespaces = new NodeNamespaces(hostName, holder, "--net");
    // ip, unshare and sleep are one process after the other: the last one has the namespaces.
    Awaitility.await("namespaces of " + hostName)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              holder.requireAlive();
              return namespaces.holderRuns();
            });
    Command.of(namespaces.enter("hostname", hostName)).run();
    folders
        .mounts()
        .forEach(
            (ours, place) ->
                Command.of(namespaces.enter("mount", "--bind", ours.toString(), place.toString()))
                    .run());
    return namespaces;
  }

  private boolean holderRuns() throws IOException {
    return Files.readString(Path.of("/proc", Long.toString(holder.pid()), "comm"))
        .strip()
        .equals(HOLDER);
  }

  /** The same mounts and host name in another network: a pod's on this node. Not to be closed. */
  NodeNamespaces inNetwork(Namespace other) {
    return new NodeNamespaces(hostName, holder, "--net=/run/netns/" + other.name());
  }

  String hostName() {
    return hostName;
  }

  /** See {@link Node#enter}. */
  List<String> enter(String... words) {
    List<String> all =
        new ArrayList<>(
            List.of("nsenter", "-t", Long.toString(holder.pid()), "-m", "-u", network, "--"));
    all.addAll(List.of(words));
    return all;
  }

  @Override
  public void close() {
    holder.close();
  }
}
