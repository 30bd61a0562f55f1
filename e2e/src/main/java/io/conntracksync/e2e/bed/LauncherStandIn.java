package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Daemon;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * In place of a virt-launcher and its container: processes with mounts, pids and a root of their
 * own, in the pod's network. The first is a monitor, then a launcher that listens on {@code
 * launcher-sock}, then its libvirt, a session daemon of KubeVirt's user without a capability.
 */
final class LauncherStandIn implements AutoCloseable {
  /** A libvirt that has not seen this QEMU asks it what it can do. */
  private static final Duration FIRST_CONTACT = Duration.ofSeconds(60);

  private final String podUid;
  private final NodeNamespaces pod;
  private final LauncherRoot root;
  private final Daemon container;

  private LauncherStandIn(String podUid, NodeNamespaces pod, LauncherRoot root, Daemon container) {
    this.podUid = podUid;
    this.pod = pod;
    this.root = root;
    this.container = container;
  }

  /** Starts it and returns when it listens and its libvirt answers. */
  static LauncherStandIn start(
      String podUid, NodeNamespaces pod, LauncherRoot root, Path cache, Path log) {
    List<String> words =
        pod.enter(
            Stream.of(
                    List.of("unshare", "--mount", "--pid", "--fork", "--kill-child"),
                    List.of("--propagation", "private"),
                    List.of("sh", "-ec", LauncherRoot.resource("enter-root.sh"), "enter-root"),
                    List.of(root.root().toString(), volumes(podUid), cache.toString()),
                    List.of("/opt/virt-launcher-monitor", "/opt/virt-launcher"))
                .flatMap(List::stream)
                .toArray(String[]::new));
    LauncherStandIn launcher =
        new LauncherStandIn(
            podUid, pod, root, Daemon.start("launcher of pod " + podUid, log, Map.of(), words));
    try {
      launcher.awaitReady();
      return launcher;
    } catch (RuntimeException e) {
      launcher.close();
      throw e;
    }
  }

  private void awaitReady() {
    Path socket = root.sockets().resolve("launcher-sock");
    Awaitility.await("the launcher of pod " + podUid + " listens and its libvirt answers")
        .atMost(FIRST_CONTACT)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              container.requireAlive();
              return Files.exists(socket)
                  && virsh().command("list").within(FIRST_CONTACT).tryRun().exitCode() == 0;
            });
  }

  /** As the node's programs see them. */
  private static String volumes(String podUid) {
    return LauncherRoot.volumes(NodeFolders.KUBELET, podUid).toString();
  }

  /** From the node, by the socket in the pod's volume; its whole path would be too long for one. */
  Virsh virsh() {
    return new Virsh(
        pod.enter(
            "env",
            "--chdir=" + volumes(podUid) + "/libvirt-runtime",
            "virsh",
            "--quiet",
            "--connect",
            "qemu+unix:///session?socket=virtqemud-sock"));
  }

  LauncherRoot root() {
    return root;
  }

  /** Ends it with all that runs in it, a guest too, as the end of a container does. */
  @Override
  public void close() {
    // The kernel ends the others with the first; the one that waits for it outside then ends too.
    ProcessHandle.of(container.pid()).stream()
        .flatMap(ProcessHandle::children)
        .forEach(ProcessHandle::destroyForcibly);
    container.close();
  }
}
