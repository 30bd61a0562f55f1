package io.conntracksync.node.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixListenerTest {
  @TempDir private Path folder;

  @Test
  void theKernelTellsWhoConnected() throws Exception {
    Path path = folder.resolve("s");
    UnixListener listener = UnixListener.bind(path, 4);
    try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      client.connect(UnixDomainSocketAddress.of(path));
      try (UnixConnection connection = listener.accept()) {
        assertThat(connection.peer())
            .isEqualTo(
                new PeerCredentials(
                    (int) ProcessHandle.current().pid(),
                    (int) Files.getAttribute(folder, "unix:uid"),
                    (int) Files.getAttribute(folder, "unix:gid")));
      }
    } finally {
      listener.close();
      listener.release();
    }
  }

  @Test
  void closingWakesWhoAccepts() throws Exception {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    UnixListener listener = UnixListener.bind(folder.resolve("s"), 4);
    try {
      var accepting = executor.submit(listener::accept);

      listener.close();

      assertThatThrownBy(accepting::get).hasCauseInstanceOf(ClosedChannelException.class);
      listener.release();
    } finally {
      executor.shutdownNow();
    }
  }
}
