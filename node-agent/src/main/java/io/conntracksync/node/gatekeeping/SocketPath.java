package io.conntracksync.node.gatekeeping;

import io.conntracksync.node.linux.HeldSocket;
import io.conntracksync.node.linux.UnixPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The file of a unix socket: made and removed without harm to what may be there already. */
final class SocketPath {
  // stat(2), inode(7): the type bits of a mode.
  private static final int S_IFMT = 0170000;
  private static final int S_IFSOCK = 0140000;

  private final Path path;

  SocketPath(Path path) {
    this.path = path;
  }

  /**
   * Makes room: removes a socket that nobody listens on, left by an agent that was killed. Throws
   * {@link IOException} when the folder is not there, or something else has the path.
   */
  void clear() throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException(
          "socket %s: there is no folder %s; create it or configure another path"
              .formatted(path, folder));
    }
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!isSocket(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(
          "socket %s: something that is no socket is there; remove it or configure another path"
              .formatted(path));
    }
    if (isListenedOn()) {
      throw new IOException(
          "socket %s: another process listens there; is a second agent running on this node?"
              .formatted(path));
    }
    Files.delete(path);
  }

  /**
   * Lets every user connect: hook and gate run as users that have no name and no group here. Who is
   * answered is decided by the kernel's word on the peer, not by the mode. Others may write the
   * folder, so the name may be a link by now: that is not followed.
   */
  void open() throws IOException {
    try (HeldSocket socket = HeldSocket.at(path)) {
      if (!isSocket(socket.path())) {
        throw new IOException("socket %s: something else was put in its place".formatted(path));
      }
      Files.setPosixFilePermissions(socket.path(), PosixFilePermissions.fromString("rw-rw-rw-"));
    }
  }

  /** What tells this very file from one that another process puts in its place. */
  Object identity() throws IOException {
    return Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
  }

  /** Removes the file if it is still that one. */
  void remove(Object identity) throws IOException {
    try {
      if (identity().equals(identity)) {
        Files.delete(path);
      }
    } catch (NoSuchFileException e) {
      // Its folder went with the pod, and it with its folder.
      return;
    }
  }

  private static boolean isSocket(Path path, LinkOption... options) throws IOException {
    return ((int) Files.getAttribute(path, "unix:mode", options) & S_IFMT) == S_IFSOCK;
  }

  private boolean isListenedOn() throws IOException {
    try (HeldSocket socket = HeldSocket.at(path)) {
      return UnixPeer.listeningAt(socket.path()).isPresent();
    }
  }
}
