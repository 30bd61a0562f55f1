package io.conntracksync.node.gatekeeping;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ScheduledExecutorService;

/** The unix socket at which libvirt's hook asks, on the node that a VM reaches. */
public final class HookSocket implements Closeable {
  private final LineSocket socket;

  private HookSocket(LineSocket socket) {
    this.socket = socket;
  }

  /**
   * Listens at the path, in a folder that exists; throws {@link IOException} when that is not
   * possible.
   *
   * @param watchdog ends connections that take too long; its tasks return at once
   */
  public static HookSocket open(
      Path path,
      SocketAccess access,
      HookDesk desk,
      SocketFaultCounter faults,
      ScheduledExecutorService watchdog)
      throws IOException {
    return new HookSocket(LineSocket.open(path, access, new HookQuestions(desk), faults, watchdog));
  }

  /** Hangs up on all who wait, without an answer: they go on at once. The file is removed. */
  @Override
  public void close() throws IOException {
    socket.close();
  }
}
