package io.conntracksync.e2e.demo;

import io.conntracksync.api.v1alpha1.Backend;
import io.conntracksync.api.v1alpha1.ConntrackNode;
import io.conntracksync.e2e.cluster.Cluster;
import io.conntracksync.e2e.process.Command;
import io.conntracksync.e2e.report.Versions;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the demo runs on. */
final class Machine {
  private Machine() {}

  static Versions versions(Cluster cluster) {
    return new Versions(
        agentVersion(cluster),
        Command.of("uname", "-sr").run().strip(),
        firstLine(Command.of("libvirtd", "--version").run()),
        firstLine(Command.of("qemu-system-x86_64", "--version").run()),
        cluster.controlPlane().admin().getKubernetesVersion().getGitVersion(),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
  }

  /** What the agents say that they read and write, by node. */
  static Map<String, String> backends(Cluster cluster) {
    return nodes(cluster)
        .filter(node -> node.getStatus().backend() != null)
        .collect(
            Collectors.toMap(
                node -> node.getMetadata().getName(), node -> text(node.getStatus().backend())));
  }

  /** As the API writes it. */
  private static String text(Backend backend) {
    return backend.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Stream<ConntrackNode> nodes(Cluster cluster) {
    return cluster.controlPlane().admin().resources(ConntrackNode.class).list().getItems().stream()
        .filter(node -> node.getStatus() != null);
  }

  private static String agentVersion(Cluster cluster) {
    return nodes(cluster)
        .map(node -> node.getStatus().agentVersion())
        .findFirst()
        .orElse("unknown");
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("").strip();
  }
}
