package io.conntracksync.e2e.report;

import java.util.List;

/**
 * What lies behind the rows of a picture and above them: the migration's bands with their numbers,
 * the lines and labels of time. {@code top} and {@code bottom} bound the rows, in pixels.
 */
record Backdrop(
    Html html,
    Timeline timeline,
    Scale scale,
    List<BandMarkers.Marker> markers,
    int top,
    int bottom) {
  /** Pixels below the rows. */
  static final int AXIS = 26;

  private static final int LANE = 20;

  /** Pixels that the numbers need above the rows. */
  static int heightOf(List<BandMarkers.Marker> markers) {
    return 4 + LANE * markers.stream().mapToInt(marker -> marker.lane() + 1).max().orElse(0);
  }

  void drawMarkers() {
    markers.forEach(this::drawMarker);
  }

  void drawBands() {
    for (BandMarkers.Marker marker : markers) {
      long from = marker.band().fromMillis() - timeline.anchorMillis();
      long to = marker.band().toMillis() - timeline.anchorMillis();
      String x = scale.x(from);
      String style = "band " + marker.band().kind().style();
      if (to > from) {
        html.empty(
            "rect",
            "class",
            style,
            "x",
            x,
            "y",
            px(top),
            "width",
            scale.width(from, to),
            "height",
            px(bottom - top));
      }
      // Also a band of some milliseconds must be seen: its beginning is a line.
      html.empty("line", "class", style, "x1", x, "x2", x, "y1", px(top), "y2", px(bottom));
    }
  }

  private void drawMarker(BandMarkers.Marker marker) {
    String x = Scale.percent(marker.position());
    int y = LANE * marker.lane() + LANE / 2;
    html.open("g", "class", "marker " + marker.band().kind().style());
    html.leaf("title", BandKey.text(marker.band()));
    html.empty("line", "class", "stem", "x1", x, "x2", x, "y1", px(y + 8), "y2", px(top));
    html.empty("circle", "cx", x, "cy", px(y), "r", "8");
    html.leaf("text", String.valueOf(marker.number()), "x", x, "y", px(y + 4));
    html.close();
  }

  void drawAxis() {
    html.open("g", "class", "axis");
    for (long tick : scale.ticks()) {
      String x = scale.x(tick);
      html.empty("line", "x1", x, "x2", x, "y1", px(top), "y2", px(bottom + 4));
      html.leaf("text", BandKey.seconds(tick), "x", x, "y", px(bottom + 18));
    }
    html.close();
  }

  private static String px(int value) {
    return String.valueOf(value);
  }
}
