package io.conntracksync.node.pod;

import io.conntracksync.node.launcher.Launchers;
import io.conntracksync.node.linux.OpenFolder;
import io.conntracksync.node.session.SyncOrder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A socket of ours in the volume of a launcher pod in which the launcher has its own: what runs in
 * the pod finds it there.
 */
public final class PodSocket implements Closeable {
  private final OpenFolder volume;
  private final Closeable socket;

  private PodSocket(OpenFolder volume, Closeable socket) {
    this.volume = volume;
    this.socket = socket;
  }

  /** Opens the socket at which something in a pod asks about a sync. */
  @FunctionalInterface
  public interface Maker {
    /**
     * Throws {@link IOException} when it cannot be made.
     *
     * @param path which leads there in this process alone, and for as long as the volume is held
     */
    Closeable open(SyncOrder order, Path path) throws IOException;
  }

  /** Makes it, under this name; empty when this node has no such pod. */
  static Optional<PodSocket> open(
      Launchers launchers, String podUid, String name, SyncOrder order, Maker maker)
      throws IOException {
    Optional<OpenFolder> volume = launchers.openSockets(podUid);
    if (volume.isEmpty()) {
      return Optional.empty();
    }
    try {
      Closeable socket = maker.open(order, volume.get().path().resolve(name));
      return Optional.of(new PodSocket(volume.get(), socket));
    } catch (IOException | RuntimeException e) {
      volume.get().close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    try (volume) {
      socket.close();
    }
  }
}
