package io.conntracksync.node.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.Assignment;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.Phase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SyncReaderTest {
  private final SyncReader reader = new SyncReader(Duration.ofMillis(200));

  /**
   * Every phase: what it asks as it is, be it about to be deleted, and when the object is gone, of
   * a migration or made by hand.
   */
  @ParameterizedTest
  @CsvSource({
    "PENDING,      wait,      KEEP,      ROLL_BACK",
    "ASSIGNED,     start,     KEEP,      ROLL_BACK",
    "SYNCING,      start,     KEEP,      ROLL_BACK",
    "IMPORTED,     start,     KEEP,      ROLL_BACK",
    "COMPLETED,    KEEP,      KEEP,      KEEP",
    "FAILED,       ROLL_BACK, ROLL_BACK, ROLL_BACK",
    "CANCELLED,    ROLL_BACK, ROLL_BACK, ROLL_BACK",
    "EXPIRED,      KEEP,      KEEP,      KEEP",
    "SKIPPED,      KEEP,      KEEP,      KEEP",
    "UNRECOGNISED, wait,      KEEP,      KEEP",
  })
  void eachPhaseMeansOneThing(Phase phase, String asItIs, String gone, String goneByHand) {
    assertThat(said(reader.read(Syncs.in(phase)))).isEqualTo(asItIs);
    assertThat(said(reader.read(Syncs.deleted(Syncs.in(phase))))).isEqualTo(asItIs);
    assertThat(said(reader.readGone(Syncs.ofMigration(Syncs.in(phase))))).isEqualTo(gone);
    assertThat(said(reader.readGone(Syncs.in(phase)))).isEqualTo(goneByHand);
  }

  @ParameterizedTest
  @EnumSource
  void noPhaseStopsTheReaderWhenNothingElseIsThere(Phase phase) {
    ConntrackSync sync = Syncs.in(Syncs.pending(), phase, null);

    assertThat(said(reader.read(sync))).isNotEqualTo("start");
  }

  @Test
  void withoutAStatusItWaits() {
    assertThat(reader.read(Syncs.pending())).isEqualTo(new Instruction.Wait());
  }

  @Test
  void theEndpointIsTheAssignment() {
    Instruction read = reader.read(Syncs.in(Phase.ASSIGNED));

    assertThat(read)
        .isInstanceOfSatisfying(
            Instruction.Start.class,
            start -> {
              assertThat(start.endpoint().address().getHostAddress()).isEqualTo("192.0.2.2");
              assertThat(start.endpoint().port()).isEqualTo(28152);
              assertThat(start.order().uid()).isEqualTo(Syncs.UID);
            });
  }

  @Test
  void anAssignmentThatIsNoAddressIsRefusedWithoutAskingTheDns() {
    ConntrackSync sync =
        Syncs.in(Syncs.pending(), Phase.ASSIGNED, new Assignment("localhost", 28152, null));

    assertThat(reader.read(sync))
        .isEqualTo(
            new Instruction.Refused(
                "status.assignment.address is 'localhost', which is no address"));
  }

  @Test
  void anAssignmentThatIsNoPortIsRefused() {
    ConntrackSync sync =
        Syncs.in(Syncs.pending(), Phase.ASSIGNED, new Assignment("192.0.2.2", 70000, null));

    assertThat(reader.read(sync))
        .isEqualTo(new Instruction.Refused("status.assignment.port is 70000, which is no port"));
  }

  @Test
  void whatCannotBeReadIsRefusedEvenWhenGone() {
    ConntrackSync sync = Syncs.in(Phase.ASSIGNED);
    sync.setSpec(Syncs.spec(List.of("not-an-address"), null, "200ms", null));

    assertThat(reader.read(sync)).isInstanceOf(Instruction.Refused.class);
    assertThat(reader.readGone(sync)).isInstanceOf(Instruction.Refused.class);
  }

  private static String said(Instruction instruction) {
    if (instruction instanceof Instruction.End end) {
      return end.conclusion().name();
    }
    return instruction instanceof Instruction.Start ? "start" : "wait";
  }
}
