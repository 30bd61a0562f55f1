package io.conntracksync.node.linux;

import java.nio.ByteBuffer;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;

/** libc's functions, loaded once. A result of -1 means: read {@link #errno()} next, same thread. */
final class SystemCalls {
  static final LibC LIBC = load();

  private static final Runtime RUNTIME = Runtime.getRuntime(LIBC);

  private SystemCalls() {}

  static int errno() {
    return RUNTIME.getLastError();
  }

  /** Where a direct buffer's position lies in memory; good only while the buffer is reachable. */
  static long address(ByteBuffer direct) {
    return Pointer.wrap(RUNTIME, direct).address();
  }

  private static LibC load() {
    try {
      return LibraryLoader.create(LibC.class).load("c");
    } catch (UnsatisfiedLinkError e) {
      throw new IllegalStateException(
          "cannot load jffi's native part from "
              + System.getProperty("java.io.tmpdir")
              + ": mount a writable folder that allows execution and set -Djava.io.tmpdir to it",
          e);
    }
  }

  /**
   * Public because the class that jnr makes of it lives in another package. Buffers are direct; the
   * address is that of their position.
   */
  public interface LibC {
    int socket(int domain, int type, int protocol);

    int bind(int socket, @In byte[] address, int length);

    int connect(int socket, @In byte[] address, int length);

    int getsockopt(
        int socket, int level, int option, @Out byte[] value, @In @Out ByteBuffer length);

    int setsockopt(int socket, int level, int option, @In byte[] value, int length);

    @ssize_t
    long sendto(
        int socket,
        @In ByteBuffer data,
        @size_t long length,
        int flags,
        @In byte[] to,
        int toLength);

    @ssize_t
    long recvfrom(
        int socket,
        @Out ByteBuffer data,
        @size_t long length,
        int flags,
        @Out ByteBuffer from,
        @In @Out ByteBuffer fromLength);

    /** Variadic in C; two arguments are passed alike on x86-64 and arm64. */
    int open(String path, int flags);

    /** The same with the mode of a file to be made. */
    int open(String path, int flags, int mode);

    int fchmod(int descriptor, int mode);

    int close(int descriptor);

    int poll(@In @Out ByteBuffer descriptors, @size_t long count, int timeoutMillis);

    int eventfd(int initial, int flags);

    @ssize_t
    long read(int descriptor, @Out byte[] data, @size_t long length);

    @ssize_t
    long write(int descriptor, @In byte[] data, @size_t long length);

    int setns(int descriptor, int type);

    int unshare(int flags);

    int clock_gettime(int clock, @Out ByteBuffer timespec);

    /** For calls that libc has no function for. Variadic in C; see {@link #open}. */
    long syscall(long number, int command, @In @Out ByteBuffer attributes, int length);

    /** As openat2(2) is called. */
    long syscall(long number, int folder, String path, @In ByteBuffer how, @size_t long length);
  }
}
