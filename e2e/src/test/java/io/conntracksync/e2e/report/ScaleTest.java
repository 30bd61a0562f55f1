package io.conntracksync.e2e.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.e2e.traffic.Verdict;
import org.junit.jupiter.api.Test;

class ScaleTest {
  @Test
  void ticksAreRoundAndFew() {
    assertThat(new Scale(-5200, 5800).ticks()).containsExactly(-4000L, -2000L, 0L, 2000L, 4000L);
    assertThat(new Scale(-1000, 2000).ticks())
        .containsExactly(-1000L, -500L, 0L, 500L, 1000L, 1500L, 2000L);
  }

  @Test
  void whatLiesOutsideIsAtTheEdge() {
    Scale scale = new Scale(0, 1000);

    assertThat(scale.x(-50)).isEqualTo("0.000%");
    assertThat(scale.x(250)).isEqualTo("25.000%");
    assertThat(scale.width(500, 5000)).isEqualTo("50.000%");
    assertThat(scale.shows(-50, -1)).isFalse();
  }

  @Test
  void numbersThatWouldTouchGoIntoLanes() {
    Timeline timeline = SampleReport.run(Verdict.ALIVE, 2, 0, "").timeline();

    var markers = BandMarkers.place(timeline, new Scale(-5200, 5800));

    assertThat(markers).extracting(BandMarkers.Marker::number).containsExactly(1, 2, 3, 4);
    assertThat(markers).extracting(BandMarkers.Marker::lane).containsExactly(0, 0, 0, 1);
  }

  @Test
  void aBandOutsideTheWindowHasNoNumberThereAndKeepsIt() {
    Timeline timeline = SampleReport.run(Verdict.ALIVE, 2, 0, "").timeline();

    assertThat(BandMarkers.place(timeline, new Scale(-1000, 2000)))
        .extracting(BandMarkers.Marker::number)
        .containsExactly(2, 3, 4);
  }
}
