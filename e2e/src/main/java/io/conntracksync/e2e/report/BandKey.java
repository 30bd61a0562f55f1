package io.conntracksync.e2e.report;

import java.util.List;
import java.util.Locale;

/** The key under a picture: what its numbers stand for, and how long each took. */
final class BandKey {
  private BandKey() {}

  static void write(Html html, Timeline timeline) {
    html.open("ol", "class", "key");
    List<Band> bands = BandMarkers.ordered(timeline);
    for (int i = 0; i < bands.size(); i++) {
      html.open("li");
      html.leaf("span", String.valueOf(i + 1), "class", "number " + bands.get(i).kind().style());
      html.leaf("span", text(bands.get(i)) + at(bands.get(i), timeline.anchorMillis()));
      html.close();
    }
    html.close();
  }

  static String text(Band band) {
    long millis = band.toMillis() - band.fromMillis();
    return band.kind().sentence() + (millis == 0 ? "" : ": " + Figures.time(millis));
  }

  /** {@code -1.5 s}, {@code 0}, {@code +2 s}. */
  static String seconds(long millis) {
    if (millis == 0) {
      return "0";
    }
    String number =
        millis % 1000 == 0
            ? String.valueOf(Math.abs(millis) / 1000)
            : String.format(Locale.ROOT, "%.1f", Math.abs(millis) / 1000.0);
    return (millis < 0 ? "−" : "+") + number + " s";
  }

  private static String at(Band band, long anchor) {
    long millis = band.fromMillis() - anchor;
    String sign = millis < 0 ? "−" : "+";
    return millis == 0 ? ", at 0" : ", at " + sign + Figures.time(Math.abs(millis));
  }
}
