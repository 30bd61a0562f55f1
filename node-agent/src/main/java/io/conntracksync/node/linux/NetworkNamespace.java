package io.conntracksync.node.linux;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A network namespace in which sockets can be made. Once open it stays the same one, whatever
 * becomes of the file or the process that it was found by. Safe for several threads.
 *
 * <p>A socket belongs to the namespace in which it was created and keeps it: only the creation has
 * to happen inside.
 */
public abstract class NetworkNamespace implements AutoCloseable {
  private static final int CLONE_NEWNET = 0x40000000;

  private NetworkNamespace() {}

  /** The one this process lives in. */
  public static NetworkNamespace ofThisProcess() {
    return new Own();
  }

  /** That of another process, such as a launcher pod's. */
  public static NetworkNamespace ofProcess(long pid) throws SystemCallException {
    return open(Path.of("/proc", Long.toString(pid), "ns", "net"));
  }

  /** The one behind a file such as {@code /proc/PID/ns/net} or {@code /run/netns/NAME}. */
  public static NetworkNamespace open(Path file) throws SystemCallException {
    return new Other(Descriptor.open(file));
  }

  /**
   * A new, empty one, which ends with the last socket made in it and {@link #close}. It has an
   * empty conntrack table of its own. Needs CAP_SYS_ADMIN.
   */
  public static NetworkNamespace fresh() throws SystemCallException {
    return new Other(
        Visitor.run(
            "new network namespace",
            () -> {
              if (SystemCalls.LIBC.unshare(CLONE_NEWNET) < 0) {
                throw new SystemCallException("unshare", "CLONE_NEWNET", SystemCalls.errno());
              }
              return Descriptor.open(Path.of("/proc/thread-self/ns/net"));
            }));
  }

  /** What to do inside. */
  @FunctionalInterface
  interface Task<T> {
    T run() throws SystemCallException;
  }

  /** Runs the task in the namespace and waits for it. */
  abstract <T> T inside(Task<T> task) throws SystemCallException;

  /** Lets go of the namespace; sockets made in it live on. */
  @Override
  public abstract void close();

  private static final class Own extends NetworkNamespace {
    @Override
    <T> T inside(Task<T> task) throws SystemCallException {
      return task.run();
    }

    @Override
    public void close() {}

    @Override
    public String toString() {
      return "the agent's network namespace";
    }
  }

  private static final class Other extends NetworkNamespace {
    private final Descriptor namespace;

    private Other(Descriptor namespace) {
      this.namespace = namespace;
    }

    @Override
    <T> T inside(Task<T> task) throws SystemCallException {
      return Visitor.run(
          "visit " + namespace,
          () -> {
            enter();
            return task.run();
          });
    }

    private void enter() throws SystemCallException {
      if (SystemCalls.LIBC.setns(namespace.number(), CLONE_NEWNET) < 0) {
        throw new SystemCallException("setns", namespace.toString(), SystemCalls.errno());
      }
    }

    @Override
    public void close() {
      namespace.close();
    }

    @Override
    public String toString() {
      return "network namespace " + namespace;
    }
  }

  /**
   * A thread of its own that ends afterwards: setns and unshare move the calling thread alone, and
   * a pooled thread that was not moved back would make its next socket in the wrong place.
   */
  private static final class Visitor {
    private Visitor() {}

    static <T> T run(String name, Task<T> task) throws SystemCallException {
      CompletableFuture<T> result = new CompletableFuture<>();
      Thread visitor =
          new Thread(
              () -> {
                try {
                  result.complete(task.run());
                } catch (SystemCallException | RuntimeException | Error e) {
                  result.completeExceptionally(e);
                }
              },
              name);
      visitor.setDaemon(true);
      visitor.start();
      try {
        return result.join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof SystemCallException failed) {
          throw failed;
        }
        throw e;
      }
    }
  }
}
