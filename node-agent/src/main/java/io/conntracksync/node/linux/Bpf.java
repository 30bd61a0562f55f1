package io.conntracksync.node.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * bpf(2): commands, and the one call for all of them. Numbers and offsets are those of linux/bpf.h.
 */
final class Bpf {
  static final int MAP_LOOKUP = 1;
  static final int MAP_UPDATE = 2;
  static final int MAP_DELETE = 3;
  static final int MAP_NEXT_KEY = 4;
  static final int OBJECT_GET = 7;
  static final int INFO_BY_DESCRIPTOR = 15;
  static final int MAP_LOOKUP_BATCH = 24;

  private static final long SYSTEM_CALL = number(System.getProperty("os.arch"));

  private Bpf() {}

  /** What this machine calls it; throws where nobody has tried. */
  static long number(String architecture) {
    return switch (architecture) {
      case "amd64", "x86_64" -> 321;
      case "aarch64" -> 280;
      default ->
          throw new IllegalStateException(
              "bpf(2) has a number of its own on " + architecture + "; x86-64 and arm64 are known");
    };
  }

  /** Room for so many bytes of {@code union bpf_attr}, or for a key, a value or a batch of them. */
  static ByteBuffer room(int length) {
    return ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
  }

  /**
   * The result of the command, or the negated error number. What the attributes point to must be
   * reachable until it returns.
   */
  static int call(int command, ByteBuffer attributes) {
    while (true) {
      long result =
          SystemCalls.LIBC.syscall(SYSTEM_CALL, command, attributes, attributes.capacity());
      if (result >= 0) {
        return (int) result;
      }
      int errno = SystemCalls.errno();
      if (!Errno.EINTR.is(errno)) {
        return -errno;
      }
    }
  }

  static SystemCallException failure(String command, String object, int errno) {
    return new SystemCallException("bpf " + command, object, errno, hint(errno));
  }

  private static String hint(int errno) {
    if (Errno.EPERM.is(errno)) {
      return "; needs CAP_BPF, or CAP_SYS_ADMIN on kernels before 5.8";
    }
    if (Errno.EACCES.is(errno)) {
      return "; needs to read and write the pinned file, and to reach its folder";
    }
    if (Errno.ENOENT.is(errno)) {
      return "; nothing of that name is there: is the folder the node's own bpffs, and does the"
          + " program run that pins it";
    }
    if (Errno.E2BIG.is(errno)) {
      return "; the map is full";
    }
    if (Errno.ENOSYS.is(errno)) {
      return "; the kernel was built without bpf(2)";
    }
    if (Errno.EMFILE.is(errno)) {
      return "; raise the limit of open files of this process";
    }
    return "";
  }
}
