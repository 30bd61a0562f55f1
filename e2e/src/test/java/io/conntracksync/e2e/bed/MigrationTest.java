package io.conntracksync.e2e.bed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class MigrationTest {
  private static final LibvirtAddress TARGET = LibvirtAddress.ofSystem("10.10.0.12");

  @Test
  void isLiveAndFromDaemonToDaemon() {
    assertThat(Migration.words("default_vm", TARGET, MigrationOptions.fast()))
        .containsExactly(
            "migrate",
            "--live",
            "--p2p",
            "default_vm",
            "qemu+tcp://10.10.0.12/system",
            "--migrateuri",
            "tcp://10.10.0.12:49152");
  }

  @Test
  void aBandwidthIsHandedOn() {
    assertThat(Migration.words("default_vm", TARGET, MigrationOptions.withBandwidth(5)))
        .containsSequence("--bandwidth", "5");
  }

  @Test
  void postCopyIsAskedFor() {
    assertThat(Migration.words("default_vm", TARGET, MigrationOptions.postCopyWithBandwidth(5)))
        .containsSequence("--bandwidth", "5", "--postcopy");
  }

  @Test
  void theDowntimeIsWhatLibvirtMeasured() {
    String printed =
        """
        Job type:         Completed
        Time elapsed:     1873         ms
        Total downtime:   223          ms
        Data processed:   41.520 MiB
        """;

    assertThat(DomainJob.downtime(printed)).isEqualTo(Duration.ofMillis(223));
    assertThatThrownBy(() -> DomainJob.downtime("Job type: None"))
        .hasMessageContaining("Job type: None");
  }

  @Test
  void aFailureSaysWhatLibvirtSaid() {
    MigrationResult result =
        new MigrationResult.Failed(Instant.EPOCH, Instant.EPOCH, "error: no such host");

    assertThatThrownBy(result::orThrow).hasMessage("the migration failed: error: no such host");
  }
}
