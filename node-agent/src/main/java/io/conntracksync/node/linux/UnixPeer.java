package io.conntracksync.node.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Who listens at a unix stream socket, by the kernel's word: for who connects, {@code SO_PEERCRED}
 * are the credentials of the process that called listen (unix(7)). Source: linux/un.h,
 * linux/socket.h.
 */
public final class UnixPeer {
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_NONBLOCK = 0x800;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_PEERCRED = 17;

  /** {@code ucred}: i32 pid, u32 uid, u32 gid. */
  private static final int CREDENTIALS_LENGTH = 12;

  private UnixPeer() {}

  /**
   * Connects, asks, and hangs up; never waits. Empty when there is no such socket or nobody listens
   * there. Fails with {@code EAGAIN} when too many wait to be let in, with {@code EACCES} when the
   * caller may not write to it.
   */
  public static Optional<PeerCredentials> listeningAt(Path path) throws SystemCallException {
    int number = SystemCalls.LIBC.socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (number < 0) {
      throw new SystemCallException("socket", path.toString(), SystemCalls.errno());
    }
    try (Descriptor socket = new Descriptor(number, path.toString())) {
      byte[] address = address(path);
      if (SystemCalls.LIBC.connect(number, address, address.length) < 0) {
        int errno = SystemCalls.errno();
        if (Errno.ENOENT.is(errno) || Errno.ECONNREFUSED.is(errno)) {
          return Optional.empty();
        }
        throw new SystemCallException("connect", path.toString(), errno);
      }
      return Optional.of(credentials(socket));
    }
  }

  private static PeerCredentials credentials(Descriptor socket) throws SystemCallException {
    byte[] peer = new byte[CREDENTIALS_LENGTH];
    ByteBuffer length = ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
    length.putInt(0, peer.length);
    if (SystemCalls.LIBC.getsockopt(socket.number(), SOL_SOCKET, SO_PEERCRED, peer, length) < 0) {
      throw new SystemCallException("getsockopt", socket.toString(), SystemCalls.errno());
    }
    ByteBuffer fields = ByteBuffer.wrap(peer).order(ByteOrder.nativeOrder());
    return new PeerCredentials(fields.getInt(), fields.getInt(), fields.getInt());
  }

  /** {@code sockaddr_un}: u16 family, path, zero. */
  private static byte[] address(Path path) {
    byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > UnixListener.MAX_PATH_BYTES) {
      throw new IllegalArgumentException(
          path + " has " + bytes.length + " bytes; at most " + UnixListener.MAX_PATH_BYTES);
    }
    return ByteBuffer.allocate(Short.BYTES + bytes.length + 1)
        .order(ByteOrder.nativeOrder())
        .putShort((short) AF_UNIX)
        .put(bytes)
        .array();
  }
}
