package io.conntracksync.node.gatekeeping;

import io.conntracksync.node.linux.UnixConnection;
import io.conntracksync.node.linux.UnixListener;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A unix stream socket at which one line is asked a connection, and answered. Whatever a peer does
 * costs its own connection and nothing else.
 */
final class LineSocket implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LineSocket.class);
  private static final String PATH = "path";

  private static final int BACKLOG = 64;
  private static final long IDLE_SECONDS = 5;
  private static final long PAUSE_NANOS = 100_000_000;

  private final SocketPath path;
  private final Object identity;
  private final UnixListener listener;
  private final LineConversation conversation;
  private final SocketFaultCounter faults;
  private final ThreadPoolExecutor threads;
  private final Set<UnixConnection> open = ConcurrentHashMap.newKeySet();
  private volatile Stage stage = Stage.OPEN;

  private LineSocket(
      SocketPath path,
      UnixListener listener,
      LineConversation conversation,
      SocketFaultCounter faults,
      int maxConnections)
      throws IOException {
    this.path = path;
    this.identity = path.identity();
    this.listener = listener;
    this.conversation = conversation;
    this.faults = faults;
    this.threads =
        new ThreadPoolExecutor(
            1,
            maxConnections,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> daemon("socket-connection", work));
    // Who asks holds a VM: it is awaited, not started, then.
    threads.prestartCoreThread();
  }

  /**
   * Listens at the path, in a folder that exists; throws {@link IOException} when that is not
   * possible.
   *
   * @param watchdog ends connections that take too long; its tasks return at once
   */
  static LineSocket open(
      Path path,
      SocketAccess access,
      Questions questions,
      SocketFaultCounter faults,
      ScheduledExecutorService watchdog)
      throws IOException {
    SocketPath file = new SocketPath(path);
    file.clear();
    UnixListener listener = UnixListener.bind(path, BACKLOG);
    try {
      file.open();
      LineSocket socket =
          new LineSocket(
              file,
              listener,
              new LineConversation(access, questions, faults, watchdog),
              faults,
              access.maxConnections());
      daemon("socket-accept", socket::accept).start();
      LOG.atInfo().addKeyValue(PATH, path).log("socket is open");
      return socket;
    } catch (IOException e) {
      listener.close();
      throw e;
    }
  }

  /** Hangs up on all who wait, without an answer: they go on at once. The file is removed. */
  @Override
  public void close() throws IOException {
    stage = Stage.CLOSED;
    listener.close();
    open.forEach(UnixConnection::hangUp);
    threads.shutdown();
    path.remove(identity);
  }

  private void accept() {
    while (stage == Stage.OPEN) {
      try {
        serve(listener.accept());
      } catch (ClosedChannelException e) {
        break;
      } catch (IOException e) {
        // EMFILE, ECONNABORTED: the next one may do better.
        faults.count(SocketFault.BROKEN);
        LOG.atWarn().setCause(e).log("connection not accepted");
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    try {
      listener.release();
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("listener not released");
    }
  }

  private void serve(UnixConnection connection) throws IOException {
    open.add(connection);
    try {
      threads.execute(() -> converse(connection));
    } catch (RejectedExecutionException e) {
      open.remove(connection);
      faults.count(SocketFault.TOO_MANY_CONNECTIONS);
      connection.close();
    }
  }

  private void converse(UnixConnection connection) {
    try (connection) {
      if (stage == Stage.OPEN) {
        conversation.hold(connection);
      }
    } catch (IOException e) {
      faults.count(SocketFault.BROKEN);
      LOG.atDebug().setCause(e).log("connection to a socket broke");
    } catch (RuntimeException e) {
      faults.count(SocketFault.UNANSWERED);
      LOG.atError().setCause(e).log("connection to a socket failed unexpectedly");
    } finally {
      open.remove(connection);
    }
  }

  private static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  private enum Stage {
    OPEN,
    CLOSED
  }
}
