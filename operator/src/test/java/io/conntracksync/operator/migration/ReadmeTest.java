package io.conntracksync.operator.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.v1alpha1.ConntrackSyncSpec;
import io.conntracksync.operator.Guide;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What can be set for one VM or one sync stands in the README. */
class ReadmeTest {
  private static final Path README = Path.of("../README.md");

  @Test
  void everyAnnotationStandsInTheReadmeAndNoOther() throws IOException {
    assertThat(
            Guide.section(README, "### One VM: annotations of its VirtualMachineInstance")
                .namesInColumn(0))
        .containsExactlyInAnyOrder(
            VmSettings.ENABLED,
            VmSettings.FAILURE_POLICY,
            VmSettings.HOOK_DEADLINE,
            VmSettings.SWITCHOVER_DEADLINE);
  }

  @Test
  void everyFieldOfTheSpecStandsInTheReadmeAndNoOther() throws IOException {
    assertThat(Guide.section(README, "### One sync: `spec`").namesInColumn(0))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ConntrackSyncSpec.class.getRecordComponents())
                .map(RecordComponent::getName)
                .toList());
  }
}
