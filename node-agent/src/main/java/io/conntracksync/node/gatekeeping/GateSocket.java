package io.conntracksync.node.gatekeeping;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ScheduledExecutorService;

/** The unix socket at which the gate of one domain asks, on the node that a VM leaves. */
public final class GateSocket implements Closeable {
  private final LineSocket socket;

  private GateSocket(LineSocket socket) {
    this.socket = socket;
  }

  /**
   * Listens at the path, in a folder that exists; throws {@link IOException} when that is not
   * possible.
   *
   * @param domain about which alone it may ask
   * @param watchdog ends connections that take too long; its tasks return at once
   */
  public static GateSocket open(
      Path path,
      SocketAccess access,
      String domain,
      GateDesk desk,
      SocketFaultCounter faults,
      ScheduledExecutorService watchdog)
      throws IOException {
    return new GateSocket(
        LineSocket.open(path, access, new GateQuestions(domain, desk), faults, watchdog));
  }

  /** Hangs up on all who wait, without an answer: they go on at once. The file is removed. */
  @Override
  public void close() throws IOException {
    socket.close();
  }
}
