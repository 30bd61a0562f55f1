package io.conntracksync.node.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.session.Finding;
import io.conntracksync.node.session.Finding.Verdict;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusFactoryTest {
  private final StatusFactory factory =
      new StatusFactory(Clock.fixed(Instant.parse("2026-11-22T10:00:00.9Z"), ZoneOffset.UTC));

  @ParameterizedTest
  @CsvSource({"YES, True", "NO, False", "NOT_YET, Unknown"})
  void aVerdictIsAStatus(Verdict verdict, String status) {
    assertThat(of(new Finding(verdict, "Any", "any")).getStatus()).isEqualTo(status);
  }

  @Test
  void timesAreWholeSeconds() {
    assertThat(of(new Finding(Verdict.YES, "Any", "any")).getLastTransitionTime())
        .isEqualTo("2026-11-22T10:00:00Z");
  }

  @Test
  void aMessageIsCutToWhatTheSchemaTakes() {
    String message = of(new Finding(Verdict.NO, "Any", "x".repeat(5000))).getMessage();

    assertThat(message).hasSize(StatusFactory.LONGEST_MESSAGE).endsWith("…");
  }

  private Condition of(Finding finding) {
    return factory.condition("Exported", finding, Optional.of(1L), Optional.empty());
  }
}
