package io.conntracksync.node.linux;

import java.nio.file.Path;

/**
 * A folder that is held open: what is found through {@link #path} is in this very one, whatever is
 * put in its place. A folder of {@code /proc} names one process for good: once that has ended,
 * nothing is found in it, even if its number is used again.
 */
public final class OpenFolder implements AutoCloseable {
  private final Descriptor descriptor;

  private OpenFolder(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /** Opens it; not through a link in its last name. */
  public static OpenFolder open(Path folder) throws SystemCallException {
    return new OpenFolder(Descriptor.openFolder(folder));
  }

  /**
   * A path to it for as long as it is open, in this process alone, and short enough for what lies
   * in it to be a unix socket's.
   */
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
