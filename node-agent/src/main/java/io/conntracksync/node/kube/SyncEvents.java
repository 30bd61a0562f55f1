package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.node.session.LogKeys;
import io.conntracksync.node.session.Sessions;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on what one role's syncs ask for. An informer that resyncs or reconnects tells everything
 * again; sessions take that, and the log shows changes only. The informer calls from one thread at
 * a time.
 */
final class SyncEvents implements ResourceEventHandler<ConntrackSync> {
  private static final Logger LOG = LoggerFactory.getLogger(SyncEvents.class);

  private final Role role;
  private final SyncReader reader;
  private final SyncLedger ledger;
  private final Sessions sessions;
  private final ApiTally tally;
  private final Map<String, Instruction> given = new ConcurrentHashMap<>();

  SyncEvents(Role role, SyncReader reader, SyncLedger ledger, Sessions sessions, ApiTally tally) {
    this.role = role;
    this.reader = reader;
    this.ledger = ledger;
    this.sessions = sessions;
    this.tally = tally;
    tally.underWay(role, this::underWay);
  }

  @Override
  public void onAdd(ConntrackSync sync) {
    pass(sync, Existence.EXISTS);
  }

  @Override
  public void onUpdate(ConntrackSync old, ConntrackSync sync) {
    if (!uid(old).equals(uid(sync))) {
      // Deleted and made anew under the same name while the watch was away.
      pass(old, Existence.GONE);
    }
    pass(sync, Existence.EXISTS);
  }

  @Override
  public void onDelete(ConntrackSync sync, boolean finalStateUnknown) {
    pass(sync, Existence.GONE);
  }

  int underWay() {
    return (int) given.values().stream().filter(Instruction.Start.class::isInstance).count();
  }

  /** Whether the object is still there. */
  private enum Existence {
    EXISTS,
    GONE
  }

  private void pass(ConntrackSync sync, Existence existence) {
    SyncContext.during(sync, () -> guarded(sync, existence));
  }

  /** Top of the loop: one object on which we fail must not take the others with it. */
  private void guarded(ConntrackSync sync, Existence existence) {
    try {
      switch (existence) {
        case EXISTS -> exists(sync);
        case GONE -> gone(sync);
      }
    } catch (RuntimeException fault) {
      tally.count(role, ApiTally.SyncFault.EVENT_FAILED);
      LOG.atError()
          .addKeyValue(LogKeys.ROLE, role.label())
          .setCause(fault)
          .log("sync event failed");
    }
  }

  private void exists(ConntrackSync sync) {
    Instruction instruction = reader.read(sync);
    if (instruction instanceof Instruction.Refused refused) {
      refuse(sync, refused);
      return;
    }
    ledger.noticed(sync, instruction);
    give(uid(sync), instruction);
  }

  private void gone(ConntrackSync sync) {
    // Only what was started needs an end; how it ended may have been said already.
    if (given.get(uid(sync)) instanceof Instruction.Start) {
      give(uid(sync), reader.readGone(sync));
    }
    given.remove(uid(sync));
    ledger.gone(uid(sync));
  }

  private void give(String uid, Instruction instruction) {
    if (!instruction.equals(given.put(uid, instruction))) {
      log(instruction);
    }
    // Said again on purpose: a session that was refused for want of room may fit in now.
    instruction.give(sessions);
  }

  private void refuse(ConntrackSync sync, Instruction.Refused refused) {
    if (refused.equals(given.put(uid(sync), refused))) {
      return;
    }
    tally.count(role, ApiTally.SyncFault.UNREADABLE);
    LOG.atWarn()
        .addKeyValue(LogKeys.ROLE, role.label())
        .addKeyValue(KubeLogKeys.WHY, refused.why())
        .log("sync not understood, its migration goes on without entries");
  }

  private void log(Instruction instruction) {
    if (instruction instanceof Instruction.Start start) {
      LOG.atInfo()
          .addKeyValue(LogKeys.ROLE, role.label())
          .addKeyValue(KubeLogKeys.PORT, start.endpoint().port())
          .log("sync assigned");
    } else if (instruction instanceof Instruction.End end) {
      LOG.atInfo()
          .addKeyValue(LogKeys.ROLE, role.label())
          .addKeyValue(LogKeys.CONCLUSION, end.conclusion())
          .log("sync concluded");
    }
  }

  private static String uid(ConntrackSync sync) {
    String uid = sync.getMetadata().getUid();
    return uid == null ? "" : uid;
  }
}
