package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.linux.Errno;
import io.conntracksync.node.linux.NetlinkSocket;
import io.conntracksync.node.linux.NetworkNamespace;
import io.conntracksync.node.linux.SystemCallException;
import io.conntracksync.node.table.TableException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/**
 * A socket to conntrack with the buffers that it needs. For one thread at a time; after an
 * exception answers may still be queued, so the channel must be closed.
 */
final class NetlinkChannel implements AutoCloseable {
  /** The kernel fills up to 32 KiB per read of a dump. */
  private static final int READ_BUFFER = 64 * 1024;

  private static final int KERNEL_BUFFER = 1024 * 1024;

  /** The kernel answers within the call; only a machine that stands still takes that long. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final NetlinkSocket socket;
  private final RequestBatch requests = new RequestBatch();
  private final ByteBuffer in =
      ByteBuffer.allocateDirect(READ_BUFFER).order(ByteOrder.nativeOrder());
  private final KernelMessages messages = new KernelMessages();

  private int nextSequence = 1;

  private NetlinkChannel(NetlinkSocket socket) {
    this.socket = socket;
  }

  static NetlinkChannel open(NetworkNamespace namespace) throws TableException {
    try {
      return new NetlinkChannel(
          NetlinkSocket.open(NetlinkSocket.NETFILTER, namespace, KERNEL_BUFFER, PATIENCE));
    } catch (SystemCallException e) {
      throw unreachable(e);
    }
  }

  /** Takes what the kernel shows; an exception ends the reading. */
  @FunctionalInterface
  interface Listener {
    void accept(KernelMessages message) throws RefusedEntryException, TableException;
  }

  /** An empty batch, to be filled and then sent by the next {@link #exchange} or {@link #dump}. */
  RequestBatch requests() {
    nextSequence += RequestBatch.MAX_REQUESTS;
    return requests.clear(nextSequence);
  }

  /**
   * Sends the batch and reads the answers. The kernel has written them all when the send returns,
   * so one that is not there will not come.
   */
  Answers exchange(Listener listener) throws TableException {
    Answers answers = new Answers(requests.size());
    try {
      socket.send(requests.askForAnswer().datagram());
      while (receivedWaiting()) {
        messages.over(in);
        while (messages.next()) {
          int index = requests.indexOf(messages.sequence());
          if (index < 0) {
            continue;
          }
          if (messages.type() != Nfnetlink.ERROR) {
            listener.accept(messages);
            continue;
          }
          answers.note(index, messages.errno());
          if (index == requests.size() - 1) {
            answers.complete();
            return answers;
          }
        }
      }
      return answers;
    } catch (SystemCallException e) {
      throw unreachable(e);
    } catch (RefusedEntryException e) {
      throw malformed(e);
    }
  }

  private boolean receivedWaiting() throws SystemCallException {
    while (true) {
      try {
        socket.receiveWaiting(in);
        return true;
      } catch (SystemCallException e) {
        if (Errno.EAGAIN.is(e.errno())) {
          return false;
        }
        // Some answers did not fit. Those that did are still to be read; the others stay open.
        if (!Errno.ENOBUFS.is(e.errno())) {
          throw e;
        }
      }
    }
  }

  /** Whether a dump can be relied on. */
  enum Completeness {
    COMPLETE,
    /** The table was reorganised meanwhile, or the kernel dropped answers: dump again. */
    DOUBTFUL
  }

  /** Sends the one request in the batch and hands over each entry that the kernel shows. */
  Completeness dump(Listener listener) throws TableException {
    Completeness completeness = Completeness.COMPLETE;
    try {
      socket.send(requests.datagram());
      while (true) {
        if (!received()) {
          completeness = Completeness.DOUBTFUL;
          continue;
        }
        messages.over(in);
        while (messages.next()) {
          if (requests.indexOf(messages.sequence()) < 0) {
            continue;
          }
          if (messages.wasInterrupted()) {
            completeness = Completeness.DOUBTFUL;
          }
          if (messages.type() == Nfnetlink.DONE || messages.type() == Nfnetlink.ERROR) {
            requireSuccess(messages.errno(), "dump");
            return completeness;
          }
          listener.accept(messages);
        }
      }
    } catch (SystemCallException e) {
      throw unreachable(e);
    } catch (RefusedEntryException e) {
      throw malformed(e);
    }
  }

  private boolean received() throws SystemCallException {
    try {
      socket.receive(in);
      return true;
    } catch (SystemCallException e) {
      if (Errno.ENOBUFS.is(e.errno())) {
        return false;
      }
      throw e;
    }
  }

  /** Throws with a sentence for people unless the kernel did what was wanted. */
  static void requireSuccess(int errno, String request) throws TableException {
    if (errno == Answers.UNANSWERED) {
      throw new TableException("the kernel did not answer a ctnetlink " + request + "; try again");
    }
    if (errno != 0) {
      throw unreachable(new SystemCallException("ctnetlink", request, errno));
    }
  }

  static TableException unreachable(SystemCallException e) {
    return new TableException("cannot use the conntrack table: " + e.getMessage(), e);
  }

  static TableException malformed(RefusedEntryException e) {
    return new TableException(
        "the kernel's answer is not ctnetlink as this agent knows it: " + e.getMessage(), e);
  }

  @Override
  public void close() {
    socket.close();
  }
}
