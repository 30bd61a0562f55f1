package io.conntracksync.operator.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.operator.Guide;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who meets a reason in a status finds it in the guide, with what to do. */
class OperationsGuideTest {
  private static final String HEADING = "## Phases and reasons of a sync";

  @Test
  void everyReasonStandsInTheGuideAndNoOther() throws IOException {
    Guide section = Guide.section(Guide.OPERATIONS, HEADING);
    Set<String> inGuide = new TreeSet<>(section.namesInColumn(1));
    // No phase has it, so it stands below the table.
    assertThat(section.names()).contains(Reason.UNDER_WAY.text());
    inGuide.add(Reason.UNDER_WAY.text());

    assertThat(inGuide)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Reason.values()).map(Reason::text).toList());
  }

  @Test
  void everyPhaseStandsInTheGuideAndNoOther() throws IOException {
    assertThat(Guide.section(Guide.OPERATIONS, HEADING).namesInColumn(0))
        .containsExactlyInAnyOrderElementsOf(phases());
  }

  private static Set<String> phases() {
    return Arrays.stream(Phase.class.getFields())
        .map(field -> field.getAnnotation(JsonProperty.class))
        .filter(Objects::nonNull)
        .map(JsonProperty::value)
        .collect(Collectors.toSet());
  }
}
