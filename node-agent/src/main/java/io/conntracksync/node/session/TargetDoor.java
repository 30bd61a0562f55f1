package io.conntracksync.node.session;

import io.conntracksync.node.session.PeerRefusal.Cause;
import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.TableException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets the source of one target session in, and takes what it brings. */
final class TargetDoor {
  private static final Logger LOG = LoggerFactory.getLogger(TargetDoor.class);

  private final TargetSession session;
  private final TargetTable table;
  private final FlushWatch flush;
  private final AtomicInteger connections = new AtomicInteger();

  TargetDoor(TargetSession session, TargetTable table) {
    this.session = session;
    this.table = table;
    this.flush = table.flushWatch();
  }

  /** Somebody waits for what the source brings. */
  void hurry() {
    flush.hurry();
  }

  /** The door as seen by those who are to greet us like this. */
  Inlet.Door greeting(Greeting ours) {
    return new Inlet.Door() {
      @Override
      public Optional<PeerRefusal> objectionTo(Greeting peer) {
        Optional<PeerRefusal> objection = ours.objectionTo(peer);
        objection
            .filter(found -> found.cause() == Cause.FORMATS_DIFFER)
            .ifPresent(found -> session.deliver(new TargetEvent.Rejected(found.text())));
        return objection;
      }

      @Override
      public Inlet.Guest enter(String peer) {
        int connection = connections.incrementAndGet();
        session.deliver(new TargetEvent.Admitted(connection));
        LOG.atInfo()
            .addKeyValue(LogKeys.UID, ours.syncUid())
            .addKeyValue(LogKeys.PEER, peer)
            .log("source connected");
        return new Source(connection);
      }
    };
  }

  /** One connection of the source. */
  private final class Source implements Inlet.Guest {
    private final int connection;

    Source(int connection) {
      this.connection = connection;
    }

    @Override
    public void entries(List<Entry> entries) throws Inlet.GuestRefusedException {
      Optional<EntryLimit> passed = table.limitPassedBy(entries);
      if (passed.isPresent()) {
        session.deliver(new TargetEvent.TooMany(connection, passed.get(), session.now()));
        throw refused(Cause.TOO_MANY_ENTRIES, text(passed.get()));
      }
      flush.beforeApplying();
      try {
        Applied applied = table.apply(entries, this::isCurrent).orElseThrow(this::replacedOrOver);
        session.deliver(
            new TargetEvent.Batch(
                connection, entries.size(), appliedOf(applied), applied.refused(), table.size()));
      } catch (TableException e) {
        throw tableFailed(e);
      }
    }

    @Override
    public void removed(List<EntryKey> keys) throws Inlet.GuestRefusedException {
      try {
        switch (table.remove(keys, this::isCurrent)) {
          case DONE -> session.deliver(new TargetEvent.Removed(connection, table.size()));
          case UNWANTED -> throw replacedOrOver();
        }
      } catch (TableException e) {
        throw tableFailed(e);
      }
    }

    @Override
    public Acknowledgement barrier() throws Inlet.GuestRefusedException {
      if (!isCurrent()) {
        throw replacedOrOver();
      }
      putBackFlushed();
      TargetCounts counts = session.state().course().counts();
      return new Acknowledgement(counts.applied(), counts.refused());
    }

    @Override
    public void acknowledged() {
      session.deliver(new TargetEvent.Barrier(connection, session.now()));
    }

    /** The source asks every second, and before the VM runs here: no later than that. */
    private void putBackFlushed() throws Inlet.GuestRefusedException {
      if (flush.hasCome()) {
        try {
          session.deliver(new TargetEvent.Reasserted(table.putBack(), session.now()));
        } catch (TableException e) {
          throw tableFailed(e);
        }
      }
    }

    @Override
    public void left(String cause) {
      session.deliver(new TargetEvent.Lost(connection, cause));
    }

    private boolean isCurrent() {
      return session.state().course().connection() == connection;
    }

    private Inlet.GuestRefusedException tableFailed(TableException e) {
      session.deliver(new TargetEvent.TableFailed(connection, e.fault(), e.getMessage()));
      return refused(Cause.TABLE_FAILED, "the target's table cannot be written: " + e.getMessage());
    }

    private Inlet.GuestRefusedException replacedOrOver() {
      return refused(
          Cause.CLOSING, "the sync is over, or a newer connection of the source has come");
    }
  }

  private static int appliedOf(Applied applied) {
    return applied.created().size() + applied.updated().size();
  }

  private static String text(EntryLimit limit) {
    return "more than %d entries, which is the target's limit for %s"
        .formatted(
            limit.most(),
            switch (limit.of()) {
              case ONE_SYNC -> "one sync";
              case ALL_SYNCS -> "all its syncs";
            });
  }

  private static Inlet.GuestRefusedException refused(Cause cause, String text) {
    return new Inlet.GuestRefusedException(new PeerRefusal(cause, text));
  }
}
