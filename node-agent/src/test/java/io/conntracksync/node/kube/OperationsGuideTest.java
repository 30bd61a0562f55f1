package io.conntracksync.node.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.Guide;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Who meets a node that is not Ready finds the reason in the guide. */
class OperationsGuideTest {
  @Test
  void everyReasonOfReadyStandsInTheGuideAndNoOther() throws IOException {
    assertThat(Guide.section(Guide.OPERATIONS, "## The condition Ready").namesInColumn(1))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(NodeReason.values()).map(r -> r.finding("").reason()).toList());
  }
}
