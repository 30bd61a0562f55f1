package io.conntracksync.node.gatekeeping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.node.linux.UnixListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * In a folder that others write to, a name may stand for something else from one step to the next.
 */
class SocketPathTest {
  @TempDir private Path folder;

  @Test
  void aLinkToAFileInTheSocketsPlaceIsNotOpenedToEverybody() throws IOException {
    Path precious = Files.writeString(folder.resolve("precious"), "of the host");
    Files.setPosixFilePermissions(precious, PosixFilePermissions.fromString("rw-------"));

    assertRefused(precious);
    assertThat(rights(precious)).isEqualTo("rw-------");
  }

  @Test
  void aLinkToAnotherSocketIsNotOpenedToEverybody() throws IOException {
    Path precious = folder.resolve("precious");
    UnixListener listener = UnixListener.bind(precious, 1);
    Files.setPosixFilePermissions(precious, PosixFilePermissions.fromString("rw-------"));
    try {
      assertRefused(precious);
      assertThat(rights(precious)).isEqualTo("rw-------");
    } finally {
      listener.close();
      listener.release();
    }
  }

  private void assertRefused(Path precious) throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("cts-hook"), precious);

    assertThatThrownBy(new SocketPath(link)::open)
        .isInstanceOf(IOException.class)
        .hasMessage("socket %s: something else was put in its place".formatted(link));
  }

  private static String rights(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
