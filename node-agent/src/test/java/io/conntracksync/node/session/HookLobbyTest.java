package io.conntracksync.node.session;

import static org.assertj.core.api.Assertions.assertThat;

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
  void onlyOneAnnouncementIsUnambiguous() {
    assertThat(lobby.onlyAnnounced(NOW)).isEmpty();
    lobby.announce("one", "uuid", NOW);
    lobby.announce("two", "uuid", NOW);
    assertThat(lobby.onlyAnnounced(NOW)).isEmpty();
    assertThat(lobby.wasAnnounced("two", "uuid", NOW)).isTrue();
    assertThat(lobby.onlyAnnounced(NOW)).contains("one");
    assertThat(lobby.onlyAnnounced(NOW)).isEmpty();
  }
}
