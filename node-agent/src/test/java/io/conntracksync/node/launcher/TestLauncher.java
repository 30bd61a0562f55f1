package io.conntracksync.node.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.awaitility.Awaitility;

/**
 * A stand-in for a launcher: a process with mounts of its own, in which the pod's volume of sockets
 * and its own {@code /etc/libvirt} are, that listens where a launcher does.
 */
public final class TestLauncher implements AutoCloseable {
  private static final String MOUNT_AND_LISTEN =
      "mount --bind \"$1\" /mnt && mount --bind \"$2\" /etc/libvirt && exec python3 -c \"$3\"";

  private static final String LISTEN =
      """
      import socket, time
      listener = socket.socket(socket.AF_UNIX)
      listener.bind("/mnt/launcher-sock")
      listener.listen(1)
      time.sleep(600)
      """;

  private final Path kubelet;
  private final String podUid;
  private final Process process;

  private TestLauncher(Path kubelet, String podUid, Process process) {
    this.kubelet = kubelet;
    this.podUid = podUid;
    this.process = process;
  }

  /** What it will see as {@code /etc/libvirt}: with a main hook, as KubeVirt ships one. */
  public static Path prepare(Path kubelet, String podUid) throws IOException {
    Path configuration = configuration(kubelet, podUid);
    Path main = Files.createDirectories(configuration.resolve("hooks")).resolve("qemu");
    Files.writeString(main, "#!/bin/sh\nexit 0\n");
    Files.setPosixFilePermissions(main, PosixFilePermissions.fromString("rwxr-xr-x"));
    return configuration;
  }

  /** Starts it with what was prepared, and returns when it listens. */
  public static TestLauncher start(Path kubelet, String podUid) throws IOException {
    Path sockets = Files.createDirectories(sockets(kubelet, podUid));
    Process process =
        new ProcessBuilder(
                "unshare",
                "--mount",
                "--propagation",
                "private",
                "sh",
                "-c",
                MOUNT_AND_LISTEN,
                "launcher",
                sockets.toString(),
                configuration(kubelet, podUid).toString(),
                LISTEN)
            .inheritIO()
            .start();
    Awaitility.await("the stand-in listens")
        .atMost(Duration.ofSeconds(30))
        .until(() -> Files.exists(sockets.resolve("launcher-sock")));
    return new TestLauncher(kubelet, podUid, process);
  }

  /** The volume of its sockets, where the kubelet keeps it. */
  public Path sockets() {
    return sockets(kubelet, podUid);
  }

  private static Path sockets(Path kubelet, String podUid) {
    return kubelet.resolve("pods/" + podUid + "/" + Launchers.SOCKETS);
  }

  private static Path configuration(Path kubelet, String podUid) {
    return kubelet.resolve("root-" + podUid);
  }

  @Override
  public void close() {
    var unused = process.destroyForcibly().onExit().join();
  }
}
