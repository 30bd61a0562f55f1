package io.conntracksync.e2e.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Numbers the bands of a run in the order of time and places the numbers above the picture: into
 * the first lane where they do not touch the one before.
 */
final class BandMarkers {
  /** Percent of the width; a number is 16 px wide, the narrowest picture about 200 px. */
  private static final double APART = 8;

  private BandMarkers() {}

  /** Where a band's number stands; {@code number} from 1, {@code lane} from 0, top first. */
  record Marker(int number, Band band, double position, int lane) {}

  static List<Band> ordered(Timeline timeline) {
    return timeline.bands().stream()
        .sorted(Comparator.comparingLong(Band::fromMillis).thenComparing(Band::kind))
        .toList();
  }

  /** Bands outside the window have no marker, and keep their number. */
  static List<Marker> place(Timeline timeline, Scale scale) {
    List<Marker> markers = new ArrayList<>();
    List<Double> lanes = new ArrayList<>();
    List<Band> bands = ordered(timeline);
    for (int i = 0; i < bands.size(); i++) {
      long from = bands.get(i).fromMillis() - timeline.anchorMillis();
      long to = bands.get(i).toMillis() - timeline.anchorMillis();
      if (scale.shows(from, to)) {
        double middle = (scale.position(from) + scale.position(to)) / 2;
        int lane = 0;
        while (lane < lanes.size() && Math.abs(middle - lanes.get(lane)) < APART) {
          lane++;
        }
        if (lane == lanes.size()) {
          lanes.add(middle);
        } else {
          lanes.set(lane, middle);
        }
        markers.add(new Marker(i + 1, bands.get(i), middle, lane));
      }
    }
    return markers;
  }
}
