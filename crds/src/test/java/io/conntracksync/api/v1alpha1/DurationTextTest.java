package io.conntracksync.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
  @ParameterizedTest
  @CsvSource({
    "0ms, PT0S",
    "0s, PT0S",
    "200ms, PT0.2S",
    "5s, PT5S",
    "30m, PT30M",
    "720h, PT720H",
    "007s, PT7S",
    "999999h, PT999999H"
  })
  void aNumberAndAUnitIsADuration(String text, Duration duration) {
    assertThat(DurationText.parse(text)).contains(duration);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "5",
        "ms",
        "5 s",
        " 5s",
        "5s ",
        "-5s",
        "+5s",
        "1.5s",
        "1h30m",
        "5S",
        "5d",
        "5us",
        "٥s",
        "9999999999s",
        "5s\n"
      })
  void everythingElseIsNone(String text) {
    assertThat(DurationText.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0ms",
    "PT0.0004S, 0ms",
    "PT0.012S, 12ms",
    "PT1.5S, 1500ms",
    "PT90S, 90s",
    "PT30M, 30m",
    "PT60M, 1h",
    "PT24H, 24h"
  })
  void theTextIsTheShortest(Duration duration, String text) {
    assertThat(DurationText.format(duration)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0ms", "1ms", "999ms", "1s", "59s", "1m", "59m", "1h", "720h"})
  void whatIsWrittenIsReadBack(String text) {
    assertThat(DurationText.parse(text).map(DurationText::format)).contains(text);
  }
}
