package io.conntracksync.node.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.node.linux.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Finds a stand-in for a launcher: a process with mounts, and if wanted a network, of its own, that
 * listens where a launcher does.
 */
class LaunchersRootIT {
  private static final String UID = "51d0c3c2-0d3e-4a1b-9f0e-1c2d3e4f5a6b";
  private static final String OTHER = "9e3f0000-0d3e-4a1b-9f0e-1c2d3e4f5a6b";

  private static final String LISTEN =
      """
      import socket, time
      def listen(path):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen(1)
        return listener
      libvirt = listen("/media/virtqemud-sock")
      launcher = listen("/mnt/launcher-sock")
      time.sleep(600)
      """;

  @TempDir private Path kubelet;
  private Optional<Process> standIn = Optional.empty();

  @AfterEach
  void end() throws InterruptedException {
    if (standIn.isPresent()) {
      standIn.get().destroyForcibly().waitFor();
    }
  }

  @Test
  void theListenerIsFoundWithItsNetwork() throws IOException {
    start(UID, "--net");

    try (Launcher launcher = new Launchers(kubelet).find(UID).orElseThrow()) {
      assertThat(launcher.pid()).isEqualTo((int) standIn.orElseThrow().pid());
      NetworkNamespace network = launcher.network().orElseThrow();
      network.close();
    }
  }

  @Test
  void thePodsLibvirtIsFoundAndHeld() throws IOException {
    start(UID);
    Path socket = libvirt(UID).resolve("virtqemud-sock");

    try (LauncherLibvirt libvirt = new Launchers(kubelet).findLibvirt(UID).orElseThrow()) {
      // What the pod puts in its place later is not what was looked at.
      Object looked = Files.getAttribute(socket, "unix:ino");
      Files.delete(socket);
      Files.createSymbolicLink(socket, sockets(UID).resolve("launcher-sock"));

      assertThat(Files.getAttribute(libvirt.path(), "unix:ino")).isEqualTo(looked);
    }
    assertThat(new Launchers(kubelet).findLibvirt(UID)).isEmpty();
  }

  @Test
  void aLibvirtOfAnotherPodIsRefused() throws IOException {
    start(OTHER);
    Path own = Files.createDirectories(libvirt(UID));
    Files.createLink(own.resolve("virtqemud-sock"), libvirt(OTHER).resolve("virtqemud-sock"));

    assertThatThrownBy(() -> new Launchers(kubelet).findLibvirt(UID))
        .isInstanceOf(LauncherException.class)
        .hasMessageContaining("virtqemud-sock but is not of pod " + UID);
  }

  @Test
  void aPodInTheNodesOwnNetworkHasNoneOfItsOwn() throws IOException {
    start(UID);

    try (Launcher launcher = new Launchers(kubelet).find(UID).orElseThrow()) {
      assertThat(launcher.network()).isEmpty();
    }
  }

  @Test
  void aLinkToTheLauncherOfAnotherPodIsRefused() throws IOException {
    start(OTHER, "--net");
    Path own = Files.createDirectories(sockets(UID));
    Files.createSymbolicLink(own.resolve("launcher-sock"), sockets(OTHER).resolve("launcher-sock"));

    assertThatThrownBy(() -> new Launchers(kubelet).find(UID))
        .isInstanceOf(LauncherException.class)
        .hasMessageContaining("launcher-sock but is not of pod " + UID);
  }

  @Test
  void aLauncherThatHasEndedIsNotTakenForAnother() throws Exception {
    start(UID, "--net");

    try (Launcher launcher = new Launchers(kubelet).find(UID).orElseThrow()) {
      end();

      assertThatThrownBy(launcher::network)
          .isInstanceOf(LauncherException.class)
          .hasMessageContaining("it has ended");
    }
    assertThat(new Launchers(kubelet).find(UID)).isEmpty();
  }

  private void start(String podUid, String... namespaces) throws IOException {
    Path volume = Files.createDirectories(sockets(podUid));
    Path runtime = Files.createDirectories(libvirt(podUid));
    String mountAndListen =
        "mount --bind \"$1\" /mnt && mount --bind \"$2\" /media && exec python3 -c \"$3\"";
    ProcessBuilder builder = new ProcessBuilder("unshare", "--mount");
    builder.command().addAll(List.of(namespaces));
    builder
        .command()
        .addAll(
            List.of(
                "sh",
                "-c",
                mountAndListen,
                "launcher",
                volume.toString(),
                runtime.toString(),
                LISTEN));
    standIn = Optional.of(builder.inheritIO().start());
    Awaitility.await("the stand-in listens")
        .atMost(Duration.ofSeconds(30))
        .until(() -> new Launchers(kubelet).find(podUid).isPresent());
  }

  private Path libvirt(String podUid) {
    return kubelet.resolve("pods/" + podUid + "/" + Launchers.LIBVIRT);
  }

  private Path sockets(String podUid) {
    return kubelet.resolve("pods/" + podUid + "/" + Launchers.SOCKETS);
  }
}
