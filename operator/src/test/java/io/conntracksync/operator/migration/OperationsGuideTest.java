package io.conntracksync.operator.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.operator.Guide;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Who meets an Event on a migration finds its reason in the guide. */
class OperationsGuideTest {
  @Test
  void everyReasonOfAnEventStandsInTheGuideAndNoOther() throws IOException {
    assertThat(Guide.section(Guide.OPERATIONS, "## Events").namesInColumn(1))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(MigrationReason.values()).map(r -> r.notice("").reason()).toList());
  }
}
