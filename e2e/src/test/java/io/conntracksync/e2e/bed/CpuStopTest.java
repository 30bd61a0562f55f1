package io.conntracksync.e2e.bed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CpuStopTest {
  // As libvirt 9.0.0 logs it; it also lists the names of events that there are.
  private static final String LINE =
      "2026-01-31 10:00:00.123+0000: 25985: debug : qemuMonitorJSONIOProcessLine:189 : Line"
          + " [{\"timestamp\": {\"seconds\": 1769853600, \"microseconds\": 75654},"
          + " \"event\": \"%s\"}]";

  @TempDir Path folder;

  @Test
  void theLastStopCounts() throws IOException {
    Path log = folder.resolve("libvirtd.log");
    Files.writeString(
        log,
        String.join(
            "\n",
            LINE.formatted("STOP").replace("1769853600", "1"),
            LINE.formatted("STOP"),
            LINE.formatted("RESUME"),
            "[{\"name\": \"STOP\", \"meta-type\": \"event\"}]"));

    assertThat(CpuStop.last(log)).contains(Instant.parse("2026-01-31T10:00:00.075654Z"));
  }

  @Test
  void otherLinesAreNone() {
    assertThat(CpuStop.parse(LINE.formatted("RESUME"))).isEmpty();
    assertThat(CpuStop.parse("")).isEmpty();
  }
}
