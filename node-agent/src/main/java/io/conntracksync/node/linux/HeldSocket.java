package io.conntracksync.node.linux;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The place of a unix socket, held: whoever connects through {@link #path} reaches this very socket
 * and no other, whatever is put under its name meanwhile. A link is not followed: nobody listens at
 * a link.
 */
public final class HeldSocket implements AutoCloseable {
  private final Descriptor descriptor;

  private HeldSocket(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /** Holds what has this name in the folder; empty when nothing has. */
  public static Optional<HeldSocket> in(OpenFolder folder, String name) throws SystemCallException {
    try {
      return Optional.of(at(folder.path().resolve(name)));
    } catch (SystemCallException e) {
      if (Errno.ENOENT.is(e.errno())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Holds what is at this path; fails with {@code ENOENT} when nothing is. */
  public static HeldSocket at(Path path) throws SystemCallException {
    return new HeldSocket(Descriptor.ofPlace(path));
  }

  /** A path to it for as long as it is held, in this process alone. */
  public Path path() {
    return descriptor.path();
  }

  @Override
  public void close() {
    descriptor.close();
  }

  @Override
  public String toString() {
    return descriptor.toString();
  }
}
