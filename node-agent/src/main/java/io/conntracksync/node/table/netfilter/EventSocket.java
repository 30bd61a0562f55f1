package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.linux.Errno;
import io.conntracksync.node.linux.NetlinkSocket;
import io.conntracksync.node.linux.NetworkNamespace;
import io.conntracksync.node.linux.SocketFilter;
import io.conntracksync.node.linux.SystemCallException;
import io.conntracksync.node.linux.WakeUp;
import io.conntracksync.node.table.TableException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/**
 * A socket that hears of changes of conntrack entries. For one thread at a time, but {@link #wake}.
 */
final class EventSocket implements AutoCloseable {
  private static final int READ_BUFFER = 64 * 1024;

  private final NetlinkSocket socket;
  private final WakeUp wakeUp;
  private final ByteBuffer in =
      ByteBuffer.allocateDirect(READ_BUFFER).order(ByteOrder.nativeOrder());
  private final KernelMessages messages = new KernelMessages();

  private EventSocket(NetlinkSocket socket, WakeUp wakeUp) {
    this.socket = socket;
    this.wakeUp = wakeUp;
  }

  static EventSocket open(NetworkNamespace namespace, int kernelBuffer, SocketFilter filter)
      throws TableException {
    NetlinkSocket socket = subscribe(namespace, kernelBuffer, Nfnetlink.CT_EVENTS, filter);
    try {
      return new EventSocket(socket, WakeUp.open());
    } catch (SystemCallException e) {
      socket.close();
      throw NetlinkChannel.unreachable(e);
    }
  }

  /**
   * Makes the kernel prepare new entries for events, and does not get one. Any conntrack group does
   * that; this one, of expectations that end, costs the kernel nothing in between, while for a
   * group of entries it would write each event before it finds that nobody wants it.
   */
  static NetlinkSocket presence(NetworkNamespace namespace) throws TableException {
    return subscribe(namespace, READ_BUFFER, Nfnetlink.EXPECTATION_ENDS, EventFilter.nothing());
  }

  private static NetlinkSocket subscribe(
      NetworkNamespace namespace, int kernelBuffer, int groups, SocketFilter filter)
      throws TableException {
    try {
      return NetlinkSocket.subscribe(
          NetlinkSocket.NETFILTER, namespace, kernelBuffer, groups, filter);
    } catch (SystemCallException e) {
      throw NetlinkChannel.unreachable(e);
    }
  }

  /** Waits until there is something to read, or {@link #wake}, or the time is over. */
  void await(Duration patience) throws TableException {
    try {
      wakeUp.await(socket, patience);
    } catch (SystemCallException e) {
      throw NetlinkChannel.unreachable(e);
    }
  }

  /** Any thread may call this until the socket is closed. */
  void wake() {
    wakeUp.signal();
  }

  /** Whether events were lost. */
  enum Hearing {
    EVERYTHING,
    WITH_GAPS
  }

  @FunctionalInterface
  interface Listener {
    void accept(KernelMessages event);
  }

  /**
   * Reads until nothing is queued. After a loss as well: the kernel drops everything, and says so
   * no second time, until the queue was empty once (netlink_overrun, netlink_rcv_wake in
   * net/netlink/af_netlink.c).
   */
  Hearing read(Listener listener) throws TableException {
    Hearing hearing = Hearing.EVERYTHING;
    while (true) {
      try {
        socket.receiveWaiting(in);
        messages.over(in);
        while (messages.next()) {
          listener.accept(messages);
        }
      } catch (SystemCallException e) {
        if (Errno.EAGAIN.is(e.errno())) {
          return hearing;
        }
        if (!Errno.ENOBUFS.is(e.errno())) {
          throw NetlinkChannel.unreachable(e);
        }
        hearing = Hearing.WITH_GAPS;
      } catch (RefusedEntryException e) {
        throw NetlinkChannel.malformed(e);
      }
    }
  }

  @Override
  public void close() {
    socket.close();
    wakeUp.close();
  }
}
