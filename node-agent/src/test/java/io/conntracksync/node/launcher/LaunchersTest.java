package io.conntracksync.node.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.node.linux.UnixListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The test itself listens, so it is found, and is in no pod. */
class LaunchersTest {
  private static final String UID = "51d0c3c2-0d3e-4a1b-9f0e-1c2d3e4f5a6b";

  @TempDir private Path kubelet;

  @Test
  void aPodThatIsNotHereHasNoLauncher() throws IOException {
    assertThat(new Launchers(kubelet).find(UID)).isEmpty();
  }

  @Test
  void aPodWithoutASocketHasNoLauncher() throws IOException {
    var unused = sockets();

    assertThat(new Launchers(kubelet).find(UID)).isEmpty();
  }

  @Test
  void aSocketOnWhichNobodyListensIsNoLauncher() throws IOException {
    UnixListener listener = UnixListener.bind(link().resolve("launcher-sock"), 1);
    listener.close();
    listener.release();

    assertThat(new Launchers(kubelet).find(UID)).isEmpty();
  }

  @Test
  void whoListensThereButIsNotOfThePodIsRefused() throws IOException {
    UnixListener listener = UnixListener.bind(link().resolve("launcher-sock"), 1);
    try {
      assertThatThrownBy(() -> new Launchers(kubelet).find(UID))
          .isInstanceOf(LauncherException.class)
          .hasMessageContaining("process " + ProcessHandle.current().pid() + " listens at ")
          .hasMessageEndingWith("launcher-sock but is not of pod " + UID);
    } finally {
      listener.close();
      listener.release();
    }
  }

  @Test
  void aFolderThatIsALinkIsNotFollowed() throws IOException {
    Path elsewhere = Files.createDirectory(kubelet.resolve("elsewhere"));
    Path sockets = kubelet.resolve("pods").resolve(UID).resolve(Launchers.SOCKETS);
    Files.createDirectories(sockets.getParent());
    Files.createSymbolicLink(sockets, elsewhere);

    assertThat(new Launchers(kubelet).find(UID)).isEmpty();
  }

  @Test
  void aPodWithoutLibvirtHasNone() throws IOException {
    assertThat(new Launchers(kubelet).findLibvirt(UID)).isEmpty();
    var unused = folder(Launchers.LIBVIRT);
    assertThat(new Launchers(kubelet).findLibvirt(UID)).isEmpty();
  }

  @Test
  void aLibvirtThatIsNotOfThePodIsRefused() throws IOException {
    UnixListener listener = UnixListener.bind(libvirt().resolve(Launchers.LIBVIRT_SOCKET), 1);
    try {
      assertThatThrownBy(() -> new Launchers(kubelet).findLibvirt(UID))
          .isInstanceOf(LauncherException.class)
          .hasMessageEndingWith("virtqemud-sock but is not of pod " + UID);
    } finally {
      listener.close();
      listener.release();
    }
  }

  @Test
  void aLinkToALibvirtIsNotFollowed() throws IOException {
    Path elsewhere = kubelet.resolve("sock");
    UnixListener listener = UnixListener.bind(elsewhere, 1);
    try {
      Files.createSymbolicLink(libvirt().resolve(Launchers.LIBVIRT_SOCKET), elsewhere);

      assertThat(new Launchers(kubelet).findLibvirt(UID)).isEmpty();
    } finally {
      listener.close();
      listener.release();
    }
  }

  @Test
  void aUidLeavesNoFolder() {
    assertThatThrownBy(() -> new Launchers(kubelet).find("../" + UID))
        .hasMessage("'../" + UID + "' is no uid of a pod");
  }

  private Path sockets() throws IOException {
    return folder(Launchers.SOCKETS);
  }

  private Path folder(String volume) throws IOException {
    return Files.createDirectories(kubelet.resolve("pods/" + UID + "/" + volume));
  }

  /** A short way to the folder: a unix socket's path must be. */
  private Path link() throws IOException {
    return Files.createSymbolicLink(kubelet.resolve("s"), sockets());
  }

  private Path libvirt() throws IOException {
    return Files.createSymbolicLink(kubelet.resolve("l"), folder(Launchers.LIBVIRT));
  }
}
