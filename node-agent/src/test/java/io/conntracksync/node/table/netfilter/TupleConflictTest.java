package io.conntracksync.node.table.netfilter;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.table.RefusalReason;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TupleConflictTest {
  private static final String VM = "10.30.0.100";
  private static final String OTHER_VM = "10.30.0.101";
  private static final String X = "192.0.2.9";
  private static final String VIP = "10.96.0.1";
  private static final String POD = "10.40.0.7";

  private static final FlowAdmission VM_IS_AN_END =
      FlowAdmission.of(
          ends ->
              ends.initiator().equals(Flows.address(VM))
                      || ends.responder().equals(Flows.address(VM))
                  ? Optional.empty()
                  : Optional.of(RefusalReason.FOREIGN_ADDRESS),
          VmAddress.REAL_END);

  @Test
  void theSameEntryIsBroughtUpToDate() {
    assertThat(decide(Flows.of(tcp(VM, X)), Flows.of(tcp(VM, X), tcp(VM, X).inverse(), 0)))
        .isEqualTo(TupleConflict.Way.UPDATE);
  }

  /** The kernel would leave it answered, and rules would let its packets pass. */
  @Test
  void anEntryThatWasAnsweredIsReplacedByOneThatIsNotYet() {
    Flow answered = Flows.of(tcp(VM, X), tcp(X, VM), Status.SEEN_REPLY | Status.ASSURED);
    Flow unanswered = Flows.of(tcp(VM, X), tcp(X, VM), 0);

    assertThat(decide(unanswered, answered)).isEqualTo(TupleConflict.Way.REPLACE);
    assertThat(decide(answered, unanswered)).isEqualTo(TupleConflict.Way.UPDATE);
  }

  @Test
  void aFlowPickedUpInTheOtherDirectionIsReplaced() {
    assertThat(decide(Flows.of(tcp(VM, X)), Flows.of(tcp(VM, X).inverse())))
        .isEqualTo(TupleConflict.Way.REPLACE);
  }

  @Test
  void aFlowPickedUpWithoutItsTranslationIsReplaced() {
    Flow translated = Flows.of(tcp(VM, VIP), tcp(POD, VM), Status.DST_NAT);

    assertThat(decide(translated, Flows.of(tcp(VM, VIP)))).isEqualTo(TupleConflict.Way.REPLACE);
  }

  /** Right tuples without the NAT bits: packets would not be translated. */
  @Test
  void anEntryThatOnlyLooksTranslatedIsReplaced() {
    Flow translated = Flows.of(tcp(VM, X), tcp(X, POD), Status.SRC_NAT);
    Flow broken = Flows.of(tcp(VM, X), tcp(X, POD), 0);

    assertThat(decide(translated, broken)).isEqualTo(TupleConflict.Way.REPLACE);
  }

  @Test
  void anotherVmsFlowThroughTheSameServiceIsLeftAlone() {
    Flow ours = Flows.of(tcp(X, VIP), tcp(VM, X), Status.DST_NAT);
    Flow theirs = Flows.of(tcp(X, VIP), tcp(OTHER_VM, X), Status.DST_NAT);

    assertThat(decide(ours, theirs)).isEqualTo(TupleConflict.Way.REFUSE);
  }

  @Test
  void anotherFlowThatHoldsTheTranslatedTupleIsLeftAlone() {
    Flow ours = Flows.of(tcp(VM, X), tcp(X, POD), Status.SRC_NAT);
    Flow theirs = Flows.of(tcp(OTHER_VM, X), tcp(X, POD), Status.SRC_NAT);

    assertThat(decide(ours, theirs)).isEqualTo(TupleConflict.Way.REFUSE);
  }

  private static TupleConflict.Way decide(Flow wanted, Flow existing) {
    assertThat(VM_IS_AN_END.refusal(wanted)).isEmpty();
    return TupleConflict.decide(wanted, existing, VM_IS_AN_END);
  }

  private static Tuple tcp(String source, String destination) {
    return Flows.tcp(source, 1000, destination, 2000);
  }
}
