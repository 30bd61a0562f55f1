package io.conntracksync.node.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WriteResultTest {
  @ParameterizedTest
  @CsvSource({
    "0, PASSING",
    "401, PASSING",
    "403, PASSING",
    "429, PASSING",
    "500, PASSING",
    "503, PASSING",
    "404, GONE",
    "409, CONFLICT",
    "400, REJECTED",
    "415, REJECTED",
    "422, REJECTED",
  })
  void theAnswerDecidesWhetherToTryAgain(int code, WriteResult expected) {
    assertThat(WriteResult.of(new KubernetesClientException("an answer", code, null)))
        .isEqualTo(expected);
  }
}
