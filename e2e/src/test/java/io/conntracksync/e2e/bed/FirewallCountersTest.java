package io.conntracksync.e2e.bed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Listings as nftables 1.0.6 writes them. */
final class FirewallCountersTest {
  private static final String LISTING =
      """
      table inet fw {
      	counter est {
      		packets 120 bytes 6500
      	}
      	counter new {
      		packets 4 bytes 240
      	}
      	counter dropped {
      		packets 30 bytes 1800
      	}
      	counter dropped-tcp {
      		packets 20 bytes 1200
      	}
      	counter dropped-udp {
      		packets 10 bytes 600
      	}
      }
      """;

  @Test
  void countsPackets() {
    assertThat(FirewallCounters.parse(LISTING)).isEqualTo(new FirewallCounters(120, 4, 30, 20, 10));
  }

  @Test
  void aDifferenceIsWhatCameOnTop() {
    FirewallCounters earlier = new FirewallCounters(100, 1, 3, 2, 1);

    assertThat(FirewallCounters.parse(LISTING).since(earlier))
        .isEqualTo(new FirewallCounters(20, 3, 27, 18, 9));
  }

  @Test
  void aCounterThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> FirewallCounters.parse(LISTING.replace("dropped-udp", "other")))
        .hasMessageContaining("dropped-udp")
        .hasMessageContaining("other");
  }
}
