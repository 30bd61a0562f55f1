package io.conntracksync.operator.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.operator.settings.Leadership;
import io.conntracksync.operator.settings.OperatorSettings;
import io.conntracksync.operator.settings.SyncDefaults;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class MainTest {
  private static final Config CONFIG = new ConfigBuilder().withNamespace("from-client").build();

  @Test
  void theDefaultsAreThoseOfTheApi() {
    assertThat(settings())
        .isEqualTo(
            new OperatorSettings(
                "from-client",
                Optional.empty(),
                8080,
                Leadership.ELECTED,
                SyncDefaults.ofTheApi()));
  }

  @Test
  void flagsAreTaken() {
    OperatorSettings settings =
        settings(
            "--namespace=here",
            "--http-port=0",
            "--leader-election=false",
            "--hook-deadline=1s",
            "--timeout=2h");

    assertThat(settings.namespace()).isEqualTo("here");
    assertThat(settings.httpPort()).isZero();
    assertThat(settings.leadership()).isEqualTo(Leadership.ALONE);
    assertThat(settings.defaults().hookDeadline()).isEqualTo(Duration.ofSeconds(1));
    assertThat(settings.defaults().timeout()).isEqualTo(Duration.ofHours(2));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          --hook-deadline=6s     | --hook-deadline: "6s" is more than 5s; write 0s to 5s, such as 5s or 200ms
          --timeout=soon         | --timeout: "soon" is not a duration; write 30m or 2h
          --timeout=0s           | --timeout: "0s" is less than 1s; write 1s to 24h, such as 30m or 2h
          --failure-policy=abort | --failure-policy: "abort" is not a failure policy; write Ignore or Abort
          --http-port=70000      | http-port 70000 is not a port; write 0 (any free one) to 65535
          """)
  void aWrongFlagIsSaidWithWhatToWrite(String flag, String message) {
    assertThatThrownBy(() -> settings(flag))
        .isInstanceOf(ParameterException.class)
        .hasMessage(message);
  }

  private static OperatorSettings settings(String... flags) {
    Main main = new Main();
    new CommandLine(main).parseArgs(flags);
    return main.settings(CONFIG);
  }
}
