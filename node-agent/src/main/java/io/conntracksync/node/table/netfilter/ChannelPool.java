package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.linux.NetworkNamespace;
import io.conntracksync.node.table.TableException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Channels into one namespace, kept open between uses. Safe for several threads. */
final class ChannelPool implements AutoCloseable {
  private static final int MAX_IDLE = 4;

  private final NetworkNamespace namespace;
  private final Deque<NetlinkChannel> idle = new ArrayDeque<>();
  private Life life = Life.OPEN;

  private enum Life {
    OPEN,
    CLOSED
  }

  ChannelPool(NetworkNamespace namespace) {
    this.namespace = namespace;
  }

  /** What to do with a channel of one's own. */
  @FunctionalInterface
  interface Use<T> {
    T with(NetlinkChannel channel) throws TableException;
  }

  /** Lends a channel; one whose use failed is not used again, since answers may still come. */
  <T> T use(Use<T> use) throws TableException {
    NetlinkChannel channel = take();
    try {
      T result = use.with(channel);
      giveBack(channel);
      return result;
    } catch (TableException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  private NetlinkChannel take() throws TableException {
    synchronized (idle) {
      if (life == Life.CLOSED) {
        throw new TableException("the table of " + namespace + " is closed");
      }
      if (!idle.isEmpty()) {
        return idle.pop();
      }
    }
    return NetlinkChannel.open(namespace);
  }

  private void giveBack(NetlinkChannel channel) {
    synchronized (idle) {
      if (life == Life.OPEN && idle.size() < MAX_IDLE) {
        idle.push(channel);
        return;
      }
    }
    channel.close();
  }

  NetworkNamespace namespace() {
    return namespace;
  }

  @Override
  public void close() {
    synchronized (idle) {
      life = Life.CLOSED;
      idle.forEach(NetlinkChannel::close);
      idle.clear();
    }
    namespace.close();
  }
}
