package io.conntracksync.e2e.bed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines as virsh 9.0 writes them. */
final class LibvirtEventTest {
  @Test
  void readsTimeDomainAndDetailOfALifecycleEvent() {
    String line =
        "2026-01-31 10:00:00.123+0000: event 'lifecycle' for domain 'default_vm': Resumed Migrated";

    LibvirtEvent event = LibvirtEvent.parse(line, 42).orElseThrow();

    assertThat(event)
        .isEqualTo(
            new LibvirtEvent(
                Instant.parse("2026-01-31T10:00:00.123Z"),
                42,
                "lifecycle",
                "default_vm",
                "Resumed Migrated"));
    assertThat(event.isLifecycle("Resumed")).isTrue();
    assertThat(event.isLifecycle("Resume")).isFalse();
    assertThat(event.isLifecycle("Suspended")).isFalse();
  }

  @Test
  void anEventOfAnotherKindIsNoChangeOfLife() {
    String line =
        "2026-01-31 10:00:00.123+0000: event 'migration-iteration' for domain 'default_vm':"
            + " iteration: '1'";

    LibvirtEvent event = LibvirtEvent.parse(line, 0).orElseThrow();

    assertThat(event.detail()).isEqualTo("iteration: '1'");
    assertThat(event.isLifecycle("iteration:")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-01-31 10:00:00.123+0000: event 'reboot' for domain 'default_vm'",
        "2026-01-31 10:00:00.123+0000: event 'job-completed' for domain 'default_vm':",
      })
  void anEventWithoutDetailIsRead(String line) {
    assertThat(LibvirtEvent.parse(line, 0).orElseThrow().detail()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\tdowntime: 496",
        "events received: 3",
        "error: Disconnected from qemu:///system due to end of file",
        "event 'lifecycle' for domain 'default_vm': Resumed Migrated",
      })
  void anyOtherLineIsNoEvent(String line) {
    assertThat(LibvirtEvent.parse(line, 0)).isEmpty();
  }
}
