package io.conntracksync.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HookLobbyTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private final HookLobby lobby = new HookLobby();

  @Test
  void anAnnouncementIsForOneStart() {
    lobby.announce("vm", "uuid", NOW);

    assertThat(lobby.wasAnnounced("vm", "other", NOW)).isFalse();
    assertThat(lobby.wasAnnounced("vm", "uuid", NOW)).isTrue();
    assertThat(lobby.wasAnnounced("vm", "uuid", NOW)).isFalse();
  }

  @Test
  void aHookThatCouldNotReadTheUuidOnceIsStillOfItsMigration() {
    lobby.announce("vm", "uuid", NOW);
    lobby.announce("other", "-", NOW);

    assertThat(lobby.wasAnnounced("elsewhere", "-", NOW)).isFalse();
    assertThat(lobby.wasAnnounced("vm", "-", NOW)).isTrue();
    assertThat(lobby.wasAnnounced("other", "uuid", NOW)).isTrue();
  }

  @Test
  void anAnnouncementGrowsOld() {
    lobby.announce("vm", "uuid", NOW);

    assertThat(lobby.wasAnnounced("vm", "uuid", NOW.plusSeconds(61))).isFalse();
  }

  @Test
  void ofTooManyAnnouncementsTheOldestIsForgotten() {
    for (int i = 0; i < 1025; i++) {
      lobby.announce("vm" + i, "uuid", NOW);
    }

    assertThat(lobby.wasAnnounced("vm0", "uuid", NOW)).isFalse();
    assertThat(lobby.wasAnnounced("vm1", "uuid", NOW)).isTrue();
    assertThat(lobby.wasAnnounced("vm1024", "uuid", NOW)).isTrue();
  }

  @Test
  void aWaitInVainIsToldOnceToASyncThatIsLate() {
    giveUp("vm", 1);

    assertThat(lobby.takeMissed("other", NOW)).isEmpty();
    assertThat(lobby.takeMissed("vm", NOW.plusSeconds(5))).contains(Duration.ofMillis(200));
    assertThat(lobby.takeMissed("vm", NOW.plusSeconds(5))).isEmpty();
  }

  @Test
  void aWaitInVainIsNothingToTheNextMigration() {
    giveUp("vm", 1);

    assertThat(lobby.takeMissed("vm", NOW.plusSeconds(6))).isEmpty();
  }

  @Test
  void whoLeftWithItsSyncDidNotWaitInVain() {
    HookWait wait = new HookWait(1, NOW, Duration.ofMillis(200));
    lobby.enter("vm", wait);
    lobby.leaveAll("vm");

    assertThat(lobby.giveUp("vm", wait, NOW)).isFalse();
    assertThat(lobby.takeMissed("vm", NOW)).isEmpty();
  }

  @Test
  void ofTooManyWaitsInVainTheOldestIsForgotten() {
    for (int i = 0; i < 1025; i++) {
      giveUp("vm" + i, i);
    }

    assertThat(lobby.takeMissed("vm0", NOW)).isEmpty();
    assertThat(lobby.takeMissed("vm1", NOW)).isPresent();
    assertThat(lobby.takeMissed("vm1024", NOW)).isPresent();
  }

  @Test
  void onlyOneAnnouncementIsUnambiguous() {
    assertThat(lobby.onlyAnnounced(NOW)).isEmpty();
    lobby.announce("one", "uuid", NOW);
    lobby.announce("two", "uuid", NOW);
    assertThat(lobby.onlyAnnounced(NOW)).isEmpty();
    assertThat(lobby.wasAnnounced("two", "uuid", NOW)).isTrue();
    assertThat(lobby.onlyAnnounced(NOW)).contains("one");
    assertThat(lobby.onlyAnnounced(NOW)).isEmpty();
  }

  private void giveUp(String domain, long id) {
    HookWait wait = new HookWait(id, NOW.minusMillis(200), Duration.ofMillis(200));
    lobby.enter(domain, wait);
    assertThat(lobby.giveUp(domain, wait, NOW)).isTrue();
  }
}
