package io.conntracksync.node.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.Assignment;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.node.session.Conclusion;
import io.conntracksync.node.session.Endpoint;
import io.conntracksync.node.session.Sessions;
import io.conntracksync.node.session.SyncOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SyncEventsTest {
  private static final String OTHER_UID = "0c4c9a38-0000-4000-8000-000000000002";

  private final RecordingTally tally = new RecordingTally();
  private final RecordingSessions sessions = new RecordingSessions();
  private final RecordingLedger ledger = new RecordingLedger();
  private final SyncEvents events = events(sessions);

  private SyncEvents events(Sessions told) {
    return new SyncEvents(Role.TARGET, new SyncReader(Duration.ofMillis(200)), ledger, told, tally);
  }

  @Test
  void anAssignmentStartsASession() {
    events.onAdd(Syncs.pending());
    events.onUpdate(Syncs.pending(), Syncs.in(Phase.ASSIGNED));

    assertThat(sessions.calls()).containsExactly("assigned " + Syncs.UID + " 28152");
    assertThat(events.underWay()).isEqualTo(1);
  }

  @Test
  void theLedgerKnowsASyncBeforeItsSessionDoes() {
    List<String> order = new ArrayList<>();
    SyncEvents ordered =
        new SyncEvents(
            Role.TARGET,
            new SyncReader(Duration.ofMillis(200)),
            new RecordingLedger(order),
            new Sessions() {
              @Override
              public void assigned(SyncOrder sync, Endpoint endpoint) {
                order.add("session");
              }

              @Override
              public void concluded(SyncOrder sync, Conclusion conclusion) {
                order.add("session");
              }
            },
            new RecordingTally());

    ordered.onAdd(Syncs.in(Phase.ASSIGNED));

    assertThat(order).containsExactly("noticed " + Syncs.UID, "session");
  }

  @Test
  void whatAResyncTellsAgainIsPassedOnSoThatARefusedSessionCanFitIn() {
    events.onAdd(Syncs.in(Phase.ASSIGNED));
    events.onUpdate(Syncs.in(Phase.ASSIGNED), Syncs.in(Phase.SYNCING));
    events.onAdd(Syncs.in(Phase.IMPORTED));

    assertThat(sessions.calls())
        .hasSize(3)
        .allMatch(call -> call.equals("assigned " + Syncs.UID + " 28152"));
    assertThat(events.underWay()).isEqualTo(1);
  }

  @Test
  void anotherPortIsPassedOn() {
    events.onAdd(Syncs.in(Phase.ASSIGNED));
    events.onUpdate(
        Syncs.in(Phase.ASSIGNED),
        Syncs.in(Syncs.pending(), Phase.ASSIGNED, new Assignment("192.0.2.2", 28153, null)));

    assertThat(sessions.calls())
        .containsExactly("assigned " + Syncs.UID + " 28152", "assigned " + Syncs.UID + " 28153");
  }

  @Test
  void anEndStaysThatEndThoughTheObjectLivesOn() {
    events.onAdd(Syncs.in(Phase.IMPORTED));
    events.onUpdate(Syncs.in(Phase.IMPORTED), Syncs.in(Phase.COMPLETED));
    events.onUpdate(Syncs.in(Phase.COMPLETED), Syncs.deleted(Syncs.in(Phase.COMPLETED)));
    events.onDelete(Syncs.deleted(Syncs.in(Phase.COMPLETED)), false);

    assertThat(sessions.calls())
        .containsExactly(
            "assigned " + Syncs.UID + " 28152",
            "concluded " + Syncs.UID + " KEEP",
            "concluded " + Syncs.UID + " KEEP");
    assertThat(ledger.calls()).endsWith("gone " + Syncs.UID);
    assertThat(events.underWay()).isZero();
  }

  @Test
  void anObjectThatVanishesInMidSyncLeavesItsEntries() {
    events.onAdd(Syncs.ofMigration(Syncs.in(Phase.SYNCING)));
    events.onDelete(Syncs.ofMigration(Syncs.in(Phase.SYNCING)), true);

    assertThat(sessions.calls()).endsWith("concluded " + Syncs.UID + " KEEP");
  }

  @Test
  void anObjectMadeAnewUnderTheSameNameEndsTheEarlierOne() {
    events.onAdd(Syncs.in(Phase.SYNCING));
    ConntrackSync again = Syncs.in(Syncs.withUid(OTHER_UID), Phase.ASSIGNED, Syncs.ASSIGNMENT);
    events.onUpdate(Syncs.in(Phase.SYNCING), again);

    assertThat(sessions.calls())
        .containsExactly(
            "assigned " + Syncs.UID + " 28152",
            "concluded " + Syncs.UID + " ROLL_BACK",
            "assigned " + OTHER_UID + " 28152");
  }

  @Test
  void whatCannotBeReadIsCountedOnceAndStopsNothing() {
    ConntrackSync unreadable = Syncs.in(Phase.ASSIGNED);
    unreadable.setSpec(null);

    events.onAdd(unreadable);
    events.onUpdate(unreadable, unreadable);
    events.onAdd(Syncs.in(Syncs.withUid(OTHER_UID), Phase.ASSIGNED, Syncs.ASSIGNMENT));

    assertThat(tally.of(ApiTally.SyncFault.UNREADABLE)).isEqualTo(1);
    assertThat(sessions.calls()).containsExactly("assigned " + OTHER_UID + " 28152");
  }

  @Test
  void aSessionThatThrowsDoesNotStopTheOthers() {
    SyncEvents failing =
        events(
            new Sessions() {
              @Override
              public void assigned(SyncOrder order, Endpoint endpoint) {
                throw new IllegalStateException("a bug");
              }

              @Override
              public void concluded(SyncOrder order, Conclusion conclusion) {
                sessions.concluded(order, conclusion);
              }
            });

    failing.onAdd(Syncs.in(Phase.ASSIGNED));
    failing.onUpdate(Syncs.in(Phase.ASSIGNED), Syncs.in(Phase.FAILED));

    assertThat(tally.of(ApiTally.SyncFault.EVENT_FAILED)).isEqualTo(1);
    assertThat(sessions.calls()).containsExactly("concluded " + Syncs.UID + " ROLL_BACK");
  }

  /** Writes down what the ledger is told. */
  private record RecordingLedger(List<String> calls) implements SyncLedger {
    RecordingLedger() {
      this(new ArrayList<>());
    }

    @Override
    public void noticed(ConntrackSync sync, Instruction instruction) {
      calls.add("noticed " + sync.getMetadata().getUid());
    }

    @Override
    public void gone(String uid) {
      calls.add("gone " + uid);
    }
  }
}
