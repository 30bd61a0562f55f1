package io.conntracksync.e2e.bed;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Listens as a virt-launcher does: on a first name, then, being ready, on the one that others look
 * for. Whoever connects gets no answer. Ends when it is told to.
 */
public final class LauncherStandInProgram {
  static final String SOCKET = "launcher-sock";

  private LauncherStandInProgram() {}

  /** Listens until it is ended; the only argument is the folder of the sockets. */
  public static void main(String[] args) throws IOException {
    Path first = Path.of(args[0], "launcher-init-sock");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(first));
      Files.move(first, Path.of(args[0], SOCKET));
      while (listener.isOpen()) {
        SocketChannel asker = listener.accept();
        asker.close();
      }
    }
  }
}
