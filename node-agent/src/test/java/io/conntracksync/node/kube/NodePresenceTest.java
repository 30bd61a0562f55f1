package io.conntracksync.node.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;

class NodePresenceTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T10:00:00.123456789Z"), ZoneOffset.UTC);

  private final MockNodeApi api = new MockNodeApi();
  private final ManualLater later = new ManualLater();
  private final RecordingTally tally = new RecordingTally();
  private final NodePresence presence =
      new NodePresence(
          new NodeRegistration(
              NodeRegistrationTest.identity(),
              api,
              new FillTable()::fill,
              new StatusFactory(CLOCK)),
          new NodeLease(NodeRegistrationTest.identity(), api, CLOCK),
          later,
          tally);

  @Test
  void theLeaseIsNamedAfterTheNodeAndLivesWhereTheAgentIsInstalled() {
    presence.start();
    later.runNext();

    Lease lease = api.leases.get(0);
    assertThat(lease.getMetadata().getNamespace()).isEqualTo("conntracksync-system");
    assertThat(lease.getMetadata().getName()).isEqualTo("n2");
    assertThat(lease.getMetadata().getOwnerReferences())
        .as("collected with the agent's pod")
        .containsExactly(new PodIdentity("agent-n2", "pod-uid").asOwner());
    assertThat(lease.getSpec().getHolderIdentity()).isEqualTo("n2");
    assertThat(lease.getSpec().getLeaseDurationSeconds()).isEqualTo(40);
    assertThat(lease.getSpec().getRenewTime())
        .isEqualTo(ZonedDateTime.parse("2026-11-22T10:00:00.123456Z"));
  }

  @Test
  void leaseAndStatusAreRepeatedEveryTenSeconds() {
    presence.start();
    later.runNext();
    later.runNext();

    assertThat(later.delays())
        .containsExactly(
            Duration.ZERO, Duration.ZERO, Duration.ofSeconds(10), Duration.ofSeconds(10));
  }

  @Test
  void anApiServerThatIsAwayIsTriedAgainSooner() {
    api.away = true;
    presence.start();

    for (int i = 0; i < 12; i++) {
      later.runNext();
    }

    assertThat(later.delays()).contains(Duration.ofMillis(500), Duration.ofSeconds(1));
    assertThat(later.delays()).allMatch(delay -> delay.compareTo(Duration.ofSeconds(5)) <= 0);
    assertThat(tally.of(ApiTally.PresenceObject.LEASE)).isEqualTo(6);
  }

  @Test
  void readinessIsSaidAtOnce() {
    presence.start();
    later.runNext();
    later.runNext();

    presence.report(NodeReason.READY.finding("fine"));
    assertThat(later.delays()).last().isEqualTo(Duration.ZERO);
    while (api.written.size() < 2) {
      assertThat(later.runNext()).isTrue();
    }

    assertThat(api.written.get(1).conditions().get(0).getStatus()).isEqualTo("True");
  }

  @Test
  void theLastWordIsThatItStopped() {
    presence.start();

    presence.stop();

    assertThat(api.written)
        .last()
        .satisfies(
            status -> {
              assertThat(status.conditions().get(0).getStatus()).isEqualTo("False");
              assertThat(status.conditions().get(0).getReason()).isEqualTo("Stopped");
            });
  }

  @Test
  void stoppingWhileTheApiServerIsAwayThrowsNothing() {
    api.away = true;

    presence.stop();

    assertThat(api.written).isEmpty();
  }
}
