package io.conntracksync.node.linux;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/**
 * A netlink socket that talks to the kernel alone. Buffers are direct; headers are in the machine's
 * own byte order. For one thread at a time. Source: linux/netlink.h, linux/socket.h.
 */
public final class NetlinkSocket implements AutoCloseable {
  /** {@code NETLINK_NETFILTER}: conntrack and its relatives. */
  public static final int NETFILTER = 12;

  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUF = 8;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_ATTACH_FILTER = 26;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int SOL_NETLINK = 270;
  private static final int NETLINK_CAP_ACK = 10;
  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_DONTWAIT = 0x40;

  /** {@code sockaddr_nl}: u16 family, u16 zero, u32 port, u32 groups; the kernel's port is 0. */
  private static final int ADDRESS_LENGTH = 12;

  private static final int ADDRESS_PORT = 4;
  private static final int ADDRESS_GROUPS = 8;

  /** {@code sock_fprog}: u16 count of instructions, padding, pointer to them. */
  private static final int FILTER_LENGTH = 16;

  private static final int FILTER_POINTER = 8;

  private final Descriptor descriptor;
  private final byte[] kernel = kernelAddress();
  private final ByteBuffer sender = direct(ADDRESS_LENGTH);
  private final ByteBuffer senderLength = direct(Integer.BYTES);

  private NetlinkSocket(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * A socket of that netlink protocol in that namespace.
   *
   * @param receiveBuffer bytes the kernel may hold for this socket
   * @param patience how long {@link #receive} waits
   */
  public static NetlinkSocket open(
      int protocol, NetworkNamespace namespace, int receiveBuffer, Duration patience)
      throws SystemCallException {
    NetlinkSocket socket = create(protocol, namespace);
    try {
      socket.prepare(receiveBuffer);
      socket.giveUpAfter(patience);
      socket.bind(0);
      return socket;
    } catch (SystemCallException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * A socket that also hears what the kernel tells those groups, as far as the filter lets it
   * through: from the first message on, since the filter is there before the subscription.
   *
   * @param groups bit n-1 for group n
   */
  public static NetlinkSocket subscribe(
      int protocol, NetworkNamespace namespace, int receiveBuffer, int groups, SocketFilter filter)
      throws SystemCallException {
    NetlinkSocket socket = create(protocol, namespace);
    try {
      socket.prepare(receiveBuffer);
      socket.attach(filter);
      socket.bind(groups);
      return socket;
    } catch (SystemCallException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private static NetlinkSocket create(int protocol, NetworkNamespace namespace)
      throws SystemCallException {
    String name = "netlink protocol " + protocol + " in " + namespace;
    return new NetlinkSocket(
        namespace.inside(
            () -> {
              int number = SystemCalls.LIBC.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
              if (number < 0) {
                throw new SystemCallException("socket", name, SystemCalls.errno());
              }
              return new Descriptor(number, name);
            }));
  }

  private void bind(int groups) throws SystemCallException {
    byte[] address = kernelAddress();
    ByteBuffer.wrap(address).order(ByteOrder.nativeOrder()).putInt(ADDRESS_GROUPS, groups);
    if (SystemCalls.LIBC.bind(descriptor.number(), address, ADDRESS_LENGTH) < 0) {
      throw failure("bind", SystemCalls.errno());
    }
  }

  private void attach(SocketFilter filter) throws SystemCallException {
    ByteBuffer instructions = filter.instructions();
    byte[] program = new byte[FILTER_LENGTH];
    ByteBuffer.wrap(program)
        .order(ByteOrder.nativeOrder())
        .putShort((short) filter.length())
        .putLong(FILTER_POINTER, SystemCalls.address(instructions));
    try {
      set(SOL_SOCKET, SO_ATTACH_FILTER, program);
    } finally {
      // Now the kernel has copied them; until here nothing may collect the buffer.
      Reference.reachabilityFence(instructions);
    }
  }

  private void prepare(int receiveBuffer) throws SystemCallException {
    // FORCE goes beyond the system's limit but needs CAP_NET_ADMIN; without it as much as allowed.
    byte[] size = integers(receiveBuffer);
    if (SystemCalls.LIBC.setsockopt(
            descriptor.number(), SOL_SOCKET, SO_RCVBUFFORCE, size, size.length)
        < 0) {
      set(SOL_SOCKET, SO_RCVBUF, size);
    }
    // An error then repeats only the header of the request, not all of it.
    set(SOL_NETLINK, NETLINK_CAP_ACK, integers(1));
  }

  private void giveUpAfter(Duration patience) throws SystemCallException {
    byte[] time = new byte[2 * Long.BYTES];
    ByteBuffer.wrap(time)
        .order(ByteOrder.nativeOrder())
        .putLong(patience.toSeconds())
        .putLong(patience.toNanosPart() / 1000);
    set(SOL_SOCKET, SO_RCVTIMEO, time);
  }

  private void set(int level, int option, byte[] value) throws SystemCallException {
    if (SystemCalls.LIBC.setsockopt(descriptor.number(), level, option, value, value.length) < 0) {
      throw failure("setsockopt", SystemCalls.errno());
    }
  }

  /**
   * Sends the bytes between position and limit as one datagram. The kernel has handled every
   * message in it when this returns; its answers wait to be received.
   */
  public void send(ByteBuffer datagram) throws SystemCallException {
    while (SystemCalls.LIBC.sendto(
            descriptor.number(), datagram, datagram.remaining(), 0, kernel, ADDRESS_LENGTH)
        < 0) {
      int errno = SystemCalls.errno();
      if (!Errno.EINTR.is(errno)) {
        throw failure("sendto", errno);
      }
    }
  }

  /**
   * Receives one datagram of the kernel into the whole buffer; afterwards it lies between position
   * and limit. Fails with {@code EAGAIN} when none came in time, with {@code ENOBUFS} once when
   * some were lost, with {@code EMSGSIZE} when it is longer than the buffer.
   */
  public void receive(ByteBuffer buffer) throws SystemCallException {
    receive(buffer, MSG_TRUNC);
  }

  /** As {@link #receive}, but fails with {@code EAGAIN} at once when nothing is there. */
  public void receiveWaiting(ByteBuffer buffer) throws SystemCallException {
    receive(buffer, MSG_TRUNC | MSG_DONTWAIT);
  }

  private void receive(ByteBuffer buffer, int flags) throws SystemCallException {
    while (true) {
      buffer.clear();
      sender.clear();
      senderLength.clear();
      senderLength.putInt(0, ADDRESS_LENGTH);
      long length =
          SystemCalls.LIBC.recvfrom(
              descriptor.number(), buffer, buffer.capacity(), flags, sender, senderLength);
      if (length < 0) {
        int errno = SystemCalls.errno();
        if (Errno.EINTR.is(errno)) {
          continue;
        }
        throw failure("recvfrom", errno);
      }
      if (length > buffer.capacity()) {
        throw failure("recvfrom", Errno.EMSGSIZE.number());
      }
      // Privileged processes can send here too; only the kernel speaks for the table.
      if (sender.getInt(ADDRESS_PORT) == 0) {
        buffer.limit((int) length);
        return;
      }
    }
  }

  int number() {
    return descriptor.number();
  }

  @Override
  public String toString() {
    return descriptor.toString();
  }

  private SystemCallException failure(String call, int errno) {
    return new SystemCallException(call, descriptor.toString(), errno);
  }

  @Override
  public void close() {
    descriptor.close();
  }

  private static byte[] kernelAddress() {
    byte[] address = new byte[ADDRESS_LENGTH];
    ByteBuffer.wrap(address).order(ByteOrder.nativeOrder()).putShort((short) AF_NETLINK);
    return address;
  }

  private static byte[] integers(int value) {
    byte[] bytes = new byte[Integer.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putInt(value);
    return bytes;
  }

  private static ByteBuffer direct(int length) {
    return ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
  }
}
