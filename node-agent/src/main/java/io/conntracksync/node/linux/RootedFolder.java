package io.conntracksync.node.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A folder below the root of a process, held. It is found as that process would find it, but no
 * link leads to it: whoever may write there could let one lead out. Source: openat2(2),
 * linux/openat2.h; Linux 5.6 and later.
 */
public final class RootedFolder implements AutoCloseable {
  private static final long SYS_OPENAT2 = 437;
  private static final long RESOLVE_NO_MAGICLINKS = 0x02;
  private static final long RESOLVE_NO_SYMLINKS = 0x04;
  private static final long RESOLVE_IN_ROOT = 0x10;

  private final Descriptor descriptor;

  private RootedFolder(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * Opens it; empty when there is none. Fails with {@code ELOOP} when a link is on the way, with
   * {@code ENOTDIR} when something else is, with {@code ENOENT} when the process has ended.
   *
   * @param process its folder in {@code /proc}
   * @param path below its root, without a leading slash
   */
  public static Optional<RootedFolder> open(OpenFolder process, String path)
      throws SystemCallException {
    try (Descriptor root = Descriptor.ofFolder(process.path().resolve("root"))) {
      int number = openat2(root.number(), path);
      if (number >= 0) {
        return Optional.of(new RootedFolder(new Descriptor(number, path)));
      }
      int errno = SystemCalls.errno();
      if (Errno.ENOENT.is(errno)) {
        return Optional.empty();
      }
      throw new SystemCallException("openat2", path, errno, hint(errno));
    }
  }

  private static int openat2(int root, String path) {
    ByteBuffer how = ByteBuffer.allocateDirect(3 * Long.BYTES).order(ByteOrder.nativeOrder());
    how.putLong(OpenFlags.CLOEXEC | OpenFlags.DIRECTORY)
        .putLong(0)
        .putLong(RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)
        .flip();
    return (int) SystemCalls.LIBC.syscall(SYS_OPENAT2, root, path, how, how.capacity());
  }

  private static String hint(int errno) {
    if (Errno.ELOOP.is(errno)) {
      return "; a link is on the way, which is not followed";
    }
    return Errno.ENOSYS.is(errno) ? "; needs Linux 5.6 or later" : "";
  }

  /** A path to it for as long as it is open, in this process alone. */
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
