package io.conntracksync.node.table.ciliumbpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class BelongingTest {
  @Test
  void whatTheVmOpenedAcceptedAndChoseIsIts() {
    assertThat(isVms(Examples.OUT)).isTrue();
    assertThat(isVms(Examples.RELATED)).isTrue();
    assertThat(isVms(Examples.IN)).isTrue();
    assertThat(isVms(Examples.SERVICE)).isTrue();
    assertThat(isVms(Examples.FRONTEND)).isTrue();
    assertThat(isVms(Examples.OUT6)).isFalse();
  }

  /** One flow between two pods of a node is there twice. */
  @Test
  void theOtherPodsEntryOfAFlowIsNotTheVms() {
    CtKey opened = Bytes.key("0af40155 0af4010a 0016 c738 06 00");
    CtKey accepted = Bytes.key("0af4010a 0af40155 0016 c738 06 01");

    assertThat(isVms(new FoundEntry(opened, Examples.OUT.value()))).isFalse();
    assertThat(isVms(new FoundEntry(accepted, Examples.IN.value()))).isFalse();
  }

  @Test
  void whatWasMadeBecauseTheFlowEnteredHereStays() {
    CtValue nodePort = Bytes.value("", "e0a50100 3000 0000 0000 1a 1a d2040000 00000000 00000000");

    assertThat(isVms(new FoundEntry(Examples.OUT.key(), nodePort))).isFalse();
    assertThat(isVms(new FoundEntry(Examples.IN.key(), nodePort))).isTrue();
  }

  @Test
  void aFrontendThatTheEntryDoesNotHoldCannotMove() {
    assertThat(
            Belonging.isOf(
                Examples.FRONTEND.key(),
                Examples.FRONTEND.value(),
                Generation.V1_18,
                Set.of(Bytes.address("10.244.1.10"))))
        .isFalse();
  }

  @Test
  void underOneKeyMayLieWhatIsAnotherPods() {
    CtValue plain = Examples.OUT.value();
    CtValue nodePort = Bytes.value("", "e0a50100 3000 0000 0000 1a 1a d2040000 00000000 00000000");

    assertThat(areOfOne(Examples.OUT, plain)).isTrue();
    assertThat(areOfOne(Examples.OUT, nodePort)).isFalse();
    assertThat(areOfOne(Examples.FRONTEND, plain)).isFalse();
    assertThat(areOfOne(Examples.IN, nodePort)).isTrue();
  }

  private static boolean areOfOne(FoundEntry one, CtValue other) {
    return Belonging.areOfOne(one.key(), one.value(), other, Generation.V1_19);
  }

  private static boolean isVms(FoundEntry entry) {
    return Belonging.isOf(
        entry.key(), entry.value(), Generation.V1_19, Set.of(Bytes.address("10.244.1.10")));
  }
}
