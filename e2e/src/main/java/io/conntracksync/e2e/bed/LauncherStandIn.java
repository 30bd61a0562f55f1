package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Command;
import io.conntracksync.e2e.process.Daemon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * In place of a virt-launcher: a process in the pod's network that listens on {@code launcher-sock}
 * and does nothing else. It has mounts of its own, in which the pod's volume of sockets, kept where
 * the kubelet keeps it, is mounted where a launcher sees it. The libvirt of the pod's network is
 * the pod's own: its socket is in the volume where a launcher's has it, and the volume of sockets
 * is among the daemon's mounts.
 */
final class LauncherStandIn implements AutoCloseable {
  private static final String SOCKETS = "volumes/kubernetes.io~empty-dir/sockets";
  private static final String LIBVIRT = "volumes/kubernetes.io~empty-dir/libvirt-runtime";

  /**
   * The daemon is older than the pod and shares the node's mounts: what it would find in its
   * container is mounted there now, the volume of sockets ({@code $1}) for it, and the folder of
   * its own socket as the volume {@code $2}. In a launcher it is virtqemud, of which its socket has
   * the name.
   */
  private static final String GIVE_LIBVIRT =
      """
      mkdir -p /run/kubevirt/sockets
      mount --bind "$1" /run/kubevirt/sockets
      ln -f /run/libvirt/libvirt-sock /run/libvirt/virtqemud-sock
      mount --bind /run/libvirt "$2"
      """;

  /** Mounts {@code $1} and becomes the rest. */
  private static final String INTO_THE_POD =
      "mkdir -p /run/kubevirt/sockets && mount --bind \"$1\" /run/kubevirt/sockets"
          + " && shift && exec \"$@\"";

  private final Daemon daemon;

  private LauncherStandIn(Daemon daemon) {
    this.daemon = daemon;
  }

  /** Starts it and returns when it listens. */
  static LauncherStandIn start(String podUid, NodeNamespaces pod, Path kubelet, Path log) {
    Path volume = Path.of("pods", podUid, SOCKETS);
    Path libvirt = Path.of("pods", podUid, LIBVIRT);
    try {
      Files.createDirectories(kubelet.resolve(volume));
      Files.createDirectories(kubelet.resolve(libvirt));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the volumes of pod " + podUid, e);
    }
    Command.of(
            pod.enter(
                "sh",
                "-ec",
                GIVE_LIBVIRT,
                "kubelet",
                NodeFolders.KUBELET.resolve(volume).toString(),
                NodeFolders.KUBELET.resolve(libvirt).toString()))
        .run();
    List<String> words =
        pod.enter(
            "unshare",
            "--mount",
            "--propagation",
            "private",
            "sh",
            "-ec",
            INTO_THE_POD,
            "launcher",
            NodeFolders.KUBELET.resolve(volume).toString(),
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx16m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            LauncherStandInProgram.class.getName(),
            "/run/kubevirt/sockets");
    LauncherStandIn launcher =
        new LauncherStandIn(Daemon.start("stand-in for launcher " + podUid, log, Map.of(), words));
    Path socket = kubelet.resolve(volume).resolve(LauncherStandInProgram.SOCKET);
    Awaitility.await("the stand-in for launcher " + podUid + " listens")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              launcher.daemon.requireAlive();
              return Files.exists(socket);
            });
    return launcher;
  }

  @Override
  public void close() {
    daemon.close();
  }
}
