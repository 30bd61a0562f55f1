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
      listener = socket.socket(socket.AF_UNIX)
      listener.bind("/mnt/launcher-sock")
      listener.listen(1)
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
        .hasMessageContaining("listens as the launcher of pod " + UID + " but is not of it");
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
    String mountAndListen = "mount --bind \"$1\" /mnt && exec python3 -c \"$2\"";
    ProcessBuilder builder = new ProcessBuilder("unshare", "--mount");
    builder.command().addAll(List.of(namespaces));
    builder
        .command()
        .addAll(List.of("sh", "-c", mountAndListen, "launcher", volume.toString(), LISTEN));
    standIn = Optional.of(builder.inheritIO().start());
    Awaitility.await("the stand-in listens")
        .atMost(Duration.ofSeconds(30))
        .until(() -> new Launchers(kubelet).find(podUid).isPresent());
  }

  private Path sockets(String podUid) {
    return kubelet.resolve("pods/" + podUid + "/" + Launchers.SOCKETS);
  }
}
