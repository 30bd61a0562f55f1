package io.conntracksync.e2e.demo;

import io.conntracksync.api.v1alpha1.ConntrackNode;
import io.conntracksync.e2e.cluster.Cluster;
import io.conntracksync.e2e.process.Command;
import io.conntracksync.e2e.report.Versions;

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

  private static String agentVersion(Cluster cluster) {
    return cluster.controlPlane().admin().resources(ConntrackNode.class).list().getItems().stream()
        .map(node -> node.getStatus().agentVersion())
        .findFirst()
        .orElse("unknown");
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("").strip();
  }
}
