package io.conntracksync.node.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixSocketFactoryTest {
  private static final InetSocketAddress ANYWHERE = new InetSocketAddress(80);

  @TempDir Path folder;

  private final ExecutorService others = Executors.newCachedThreadPool();
  private ServerSocketChannel server;
  private UnixSocketFactory factory;

  @BeforeEach
  void listen() throws IOException {
    Path path = folder.resolve("socket");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    factory = new UnixSocketFactory(path);
  }

  @AfterEach
  void stop() throws IOException {
    others.shutdownNow();
    server.close();
  }

  @Test
  void connectsToItsPathWhateverTheAddress() throws Exception {
    try (Socket socket = factory.createSocket()) {
      socket.connect(ANYWHERE, 1);
      try (SocketChannel peer = server.accept()) {
        peer.write(ByteBuffer.wrap(new byte[] {42}));

        assertThat(socket.getInputStream().read()).isEqualTo(42);
      }
    }
  }

  @Test
  void anotherThreadsCloseEndsARead() throws Exception {
    CompletableFuture<Socket> made = new CompletableFuture<>();
    Future<Integer> read =
        others.submit(
            () -> {
              try (Socket socket = factory.createSocket()) {
                socket.connect(ANYWHERE);
                made.complete(socket);
                return socket.getInputStream().read();
              }
            });
    try (SocketChannel peer = server.accept()) {
      made.get().close();

      assertThat(read.get()).isEqualTo(-1);
      assertThat(peer.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  @Test
  void aLateCloseOfAnotherThreadHurtsNoLaterConnection() throws Exception {
    Socket first = factory.createSocket();
    first.connect(ANYWHERE);
    server.accept().close();
    first.close();
    try (Socket second = factory.createSocket()) {
      second.connect(ANYWHERE);
      try (SocketChannel peer = server.accept()) {
        // The kernel has given the second the number of the first.
        var unused =
            others
                .submit(
                    () -> {
                      first.close();
                      return first;
                    })
                .get();

        second.getOutputStream().write(7);
        assertThat(peer.read(ByteBuffer.allocate(1))).isEqualTo(1);
      }
    }
  }

  @Test
  void whyItDoesNotConnectIsToldByNumber() throws Exception {
    server.close();
    UnixSocketFactory nowhere = new UnixSocketFactory(folder.resolve("nothing"));

    assertThat(errno(factory)).isEqualTo(Errno.ECONNREFUSED.number());
    assertThat(errno(nowhere)).isEqualTo(Errno.ENOENT.number());
  }

  private static int errno(UnixSocketFactory factory) throws IOException {
    try (Socket socket = factory.createSocket()) {
      return catchThrowableOfType(SystemCallException.class, () -> socket.connect(ANYWHERE))
          .errno();
    }
  }
}
