package io.conntracksync.node.agent;

import io.conntracksync.node.session.Acknowledgement;
import io.conntracksync.node.session.Conclusion;
import io.conntracksync.node.session.Greeting;
import io.conntracksync.node.session.Inlet;
import io.conntracksync.node.session.LogKeys;
import io.conntracksync.node.session.PeerRefusal;
import io.conntracksync.node.transfer.FaultCounter;
import io.conntracksync.node.transfer.FrameChannel;
import io.conntracksync.node.transfer.FrameListener;
import io.conntracksync.node.transfer.Message;
import io.conntracksync.node.transfer.TransferException;
import io.conntracksync.node.transfer.TransferFault;
import io.conntracksync.node.transfer.Visitor;
import java.io.IOException;
import java.time.Duration;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The port of one sync. One thread accepts; each connection has one, from its handshake to its end,
 * and there are few at a time. One source is served: when it comes again (its agent was restarted),
 * the connection it had is closed.
 *
 * <p>Who takes his time to show who he is keeps nobody out: a newcomer gets the place of the one
 * that has been a stranger the longest.
 */
final class TransferReception implements Inlet.Listening {
  private static final Logger LOG = LoggerFactory.getLogger(TransferReception.class);

  // The source, its successor, and some who do not belong here.
  private static final int MAX_CONNECTIONS = 6;

  // As many may have been closed whose threads have not noticed yet.
  private static final int MAX_THREADS = 2 * MAX_CONNECTIONS;
  private static final long IDLE_SECONDS = 1;
  private static final long PAUSE_NANOS = 100_000_000;

  private final FrameListener listener;
  private final Greeting greeting;
  private final Inlet.Door door;
  private final Duration helloTimeout;
  private final FaultCounter faults;
  private final ThreadPoolExecutor threads;
  private final Set<Visitor> open = ConcurrentHashMap.newKeySet();
  // Those of them that have not been admitted, the longest there first.
  private final Deque<Visitor> strangers = new ConcurrentLinkedDeque<>();
  private final Object lock = new Object();

  private Optional<FrameChannel> source = Optional.empty();
  // Not under the lock: a session closes us under its own, and we call it under ours.
  private volatile Stage stage = Stage.OPEN;

  TransferReception(
      FrameListener listener,
      Greeting greeting,
      Inlet.Door door,
      Duration helloTimeout,
      FaultCounter faults) {
    this.listener = listener;
    this.greeting = greeting;
    this.door = door;
    this.helloTimeout = helloTimeout;
    this.faults = faults;
    this.threads =
        new ThreadPoolExecutor(
            0,
            MAX_THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> daemon("transfer-connection", work));
  }

  void start(String name) {
    daemon("transfer-accept " + name, this::accept).start();
  }

  @Override
  public void sayBye(Conclusion conclusion) {
    Optional<FrameChannel> last;
    synchronized (lock) {
      last = source;
    }
    last.ifPresent(channel -> sayBye(conclusion, channel));
  }

  private static void sayBye(Conclusion conclusion, FrameChannel channel) {
    try {
      channel.write(TransferWords.bye(conclusion));
    } catch (IOException e) {
      // The source hears of the end from the API server, too.
      LOG.atDebug().setCause(e).log("goodbye not said");
    }
  }

  @Override
  public void close() {
    stage = Stage.CLOSED;
    listener.close();
    open.forEach(Visitor::close);
    threads.shutdown();
  }

  private void accept() {
    while (true) {
      try {
        serve(listener.accept());
      } catch (IOException e) {
        if (isClosed()) {
          return;
        }
        // EMFILE: nothing is gained by trying faster than connections end.
        LOG.atWarn().setCause(e).log("connection not accepted");
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private void serve(Visitor visitor) {
    open.add(visitor);
    if (isClosed()) {
      visitor.close();
      return;
    }
    if (open.size() > MAX_CONNECTIONS) {
      Optional.ofNullable(strangers.poll()).ifPresent(this::turnAway);
    }
    strangers.add(visitor);
    try {
      threads.execute(() -> inContext(() -> receive(visitor)));
    } catch (RejectedExecutionException e) {
      strangers.remove(visitor);
      turnAway(visitor);
    }
  }

  private void turnAway(Visitor visitor) {
    open.remove(visitor);
    fault(TransferFault.TOO_MANY_HANDSHAKES, "too many connections", visitor.peer());
    visitor.close();
  }

  private void inContext(Runnable work) {
    MDC.put(LogKeys.UID, greeting.syncUid());
    try {
      work.run();
    } finally {
      MDC.remove(LogKeys.UID);
    }
  }

  private void receive(Visitor visitor) {
    try {
      converse(visitor.identify(), visitor);
    } catch (TransferException e) {
      // Not the source's agent: it is told nothing.
      fault(e, visitor);
    } catch (IOException e) {
      LOG.atInfo()
          .addKeyValue(LogKeys.PEER, visitor.peer())
          .addKeyValue(LogKeys.MESSAGE, e.getMessage())
          .log("connection ended");
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("connection failed unexpectedly");
    } finally {
      visitor.close();
      strangers.remove(visitor);
      open.remove(visitor);
    }
  }

  /** The peer has shown whose agent it is, so it is told why when it is refused now. */
  private void converse(FrameChannel channel, Visitor visitor) throws IOException {
    try {
      Inlet.Guest guest = admit(channel, hello(channel));
      strangers.remove(visitor);
      String cause = "internal error";
      try {
        channel.write(TransferWords.hello(greeting));
        take(channel, guest);
        cause = "the source said goodbye";
      } catch (IOException | Inlet.GuestRefusedException e) {
        cause = String.valueOf(e.getMessage());
        throw e;
      } finally {
        guest.left(cause);
      }
    } catch (TransferException e) {
      fault(e, visitor);
      channel.refuse(TransferWords.refusal(e.fault(), e.getMessage()));
    } catch (Inlet.GuestRefusedException e) {
      refused(e.refusal(), channel);
    }
  }

  private Message.Hello hello(FrameChannel channel) throws IOException {
    try {
      if (channel.read(helloTimeout) instanceof Message.Hello hello) {
        return hello;
      }
    } catch (TransferException e) {
      throw e.fault() == TransferFault.READ_TIMEOUT
          ? new TransferException(TransferFault.HELLO_TIMEOUT, "no Hello in time")
          : e;
    }
    throw new TransferException(TransferFault.OUT_OF_ORDER, "the first message is no Hello");
  }

  private Inlet.Guest admit(FrameChannel channel, Message.Hello hello)
      throws Inlet.GuestRefusedException {
    Optional<PeerRefusal> objection = door.objectionTo(TransferWords.greeting(hello));
    if (objection.isPresent()) {
      throw new Inlet.GuestRefusedException(objection.get());
    }
    synchronized (lock) {
      source.ifPresent(FrameChannel::close);
      source = Optional.of(channel);
      return door.enter(channel.peer());
    }
  }

  private static void take(FrameChannel channel, Inlet.Guest guest)
      throws IOException, Inlet.GuestRefusedException {
    while (true) {
      Message message = channel.read();
      if (message instanceof Message.Upserts upserts) {
        guest.entries(upserts.entries());
      } else if (message instanceof Message.Deletes deletes) {
        guest.removed(deletes.keys());
      } else if (message instanceof Message.Barrier barrier) {
        acknowledge(barrier, channel, guest);
      } else if (message instanceof Message.Bye) {
        return;
      } else {
        throw new TransferException(
            TransferFault.OUT_OF_ORDER,
            "a " + message.getClass().getSimpleName() + " has no place here");
      }
    }
  }

  private static void acknowledge(Message.Barrier barrier, FrameChannel channel, Inlet.Guest guest)
      throws IOException, Inlet.GuestRefusedException {
    Acknowledgement done = guest.barrier();
    try {
      channel.write(new Message.Ack(barrier.number(), done.applied(), done.refused()));
    } finally {
      guest.acknowledged();
    }
  }

  private void refused(PeerRefusal refusal, FrameChannel channel) {
    switch (refusal.cause()) {
      case OTHER_SYNC -> fault(TransferFault.OTHER_SYNC, refusal.text(), channel.peer());
      case FORMATS_DIFFER -> fault(TransferFault.FORMATS_DIFFER, refusal.text(), channel.peer());
      case TOO_MANY_ENTRIES ->
          fault(TransferFault.TOO_MANY_ENTRIES, refusal.text(), channel.peer());
      // Ours, and already told: no fault of the peer.
      case TABLE_FAILED, CLOSING -> {}
    }
    channel.refuse(TransferWords.refusal(refusal));
  }

  private void fault(TransferException e, Visitor visitor) {
    // Who was turned away is counted already.
    if (open.contains(visitor)) {
      fault(e.fault(), e.getMessage(), visitor.peer());
    }
  }

  private void fault(TransferFault fault, String text, String peer) {
    faults.count(fault);
    LOG.atWarn()
        .addKeyValue(LogKeys.UID, greeting.syncUid())
        .addKeyValue(LogKeys.PEER, peer)
        .addKeyValue(LogKeys.FAULT, fault)
        .addKeyValue(LogKeys.MESSAGE, TransferWords.printable(text))
        .log("connection refused");
  }

  private boolean isClosed() {
    return stage == Stage.CLOSED;
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
