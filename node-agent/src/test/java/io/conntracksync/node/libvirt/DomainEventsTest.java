package io.conntracksync.node.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.session.DomainChange;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.libvirt.DomainInfo.DomainState;
import org.libvirt.event.DomainEvent;
import org.libvirt.event.DomainEventType;

/** The numbers are those of libvirt-domain.h; some are newer than the bindings. */
class DomainEventsTest {
  @ParameterizedTest
  @CsvSource({
    "STARTED, 0, RUNS",
    "STARTED, 1, CAME",
    "SUSPENDED, 0, SUSPENDED",
    "SUSPENDED, 1, SUSPENDED",
    "SUSPENDED, 7, SUSPENDED",
    "RESUMED, 0, RUNS",
    "RESUMED, 1, RUNS",
    "RESUMED, 3, RUNS",
    "STOPPED, 3, GONE",
    "STOPPED, 5, GONE",
  })
  void whatMattersToASync(DomainEventType type, int detail, DomainChange change) {
    assertThat(DomainEvents.change(new DomainEvent(type, detail))).hasValue(change);
  }

  @ParameterizedTest
  @EnumSource(
      value = DomainEventType.class,
      names = {"DEFINED", "UNDEFINED", "SHUTDOWN", "PMSUSPENDED", "CRASHED", "UNKNOWN"})
  void whatDoesNot(DomainEventType type) {
    assertThat(DomainEvents.change(new DomainEvent(type, 0))).isEmpty();
  }

  @Test
  void aStartForAReasonOfANewerLibvirtIsAStart() {
    assertThat(DomainEvents.change(new DomainEvent(DomainEventType.STARTED, 99)))
        .hasValue(DomainChange.RUNS);
  }

  @ParameterizedTest
  @EnumSource(DomainState.class)
  void onlyWhatIsThereIsFound(DomainState state) {
    Optional<DomainChange> expected =
        switch (state) {
          case VIR_DOMAIN_RUNNING, VIR_DOMAIN_BLOCKED -> Optional.of(DomainChange.RUNS);
          case VIR_DOMAIN_PAUSED -> Optional.of(DomainChange.CAME);
          default -> Optional.empty();
        };

    assertThat(DomainEvents.found(state)).isEqualTo(expected);
  }
}
