package io.conntracksync.node.launcher;

import io.conntracksync.node.linux.HeldSocket;
import java.nio.file.Path;

/**
 * The socket of a pod's own libvirt, held: a process of the pod listens at it. To be closed once it
 * is connected to, or not wanted.
 */
public final class LauncherLibvirt implements AutoCloseable {
  private final HeldSocket socket;

  LauncherLibvirt(HeldSocket socket) {
    this.socket = socket;
  }

  /** Leads to that socket and no other, in this process alone, until it is closed. */
  public Path path() {
    return socket.path();
  }

  @Override
  public void close() {
    socket.close();
  }
}
