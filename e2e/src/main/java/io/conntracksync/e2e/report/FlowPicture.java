package io.conntracksync.e2e.report;

import io.conntracksync.e2e.traffic.Flow;
import io.conntracksync.e2e.traffic.Span;
import io.conntracksync.e2e.traffic.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One run's flows over one window of time: a row each, a bar while it was answered, a hatched bar
 * from the last answer of a dead one, and the migration's bands behind. Three drawings side by
 * side, so that labels keep their width while the middle stretches.
 */
final class FlowPicture {
  private static final int ROW = 16;
  private static final int BAR = 9;
  private static final int GROUP = 24;
  private static final int GROUP_LETTER = 7;

  private final Html html;
  private final RunReport run;
  private final Scale scale;
  private final String id;
  private final Backdrop backdrop;
  private final Map<String, List<Flow>> groups = new LinkedHashMap<>();
  private final int top;
  private final int height;

  /** {@code id} is unique on the page. */
  FlowPicture(Html html, RunReport run, Scale scale, String id) {
    this.html = html;
    this.run = run;
    this.scale = scale;
    this.id = id;
    Stream.concat(run.connectionsDetail().stream(), run.udpDetail().stream())
        .forEach(
            flow ->
                groups.computeIfAbsent(FlowWords.group(flow), g -> new ArrayList<>()).add(flow));
    List<BandMarkers.Marker> markers = BandMarkers.place(run.timeline(), scale);
    int rows = groups.values().stream().mapToInt(List::size).sum();
    this.top = Backdrop.heightOf(markers);
    int bottom = top + groups.size() * GROUP + rows * ROW;
    this.height = bottom + Backdrop.AXIS;
    this.backdrop = new Backdrop(html, run.timeline(), scale, markers, top, bottom);
  }

  void draw(String title) {
    html.open("div", "class", "picture");
    drawLabels();
    drawPlot(title);
    drawVerdicts();
    html.close();
  }

  private interface RowPainter {
    void paint(Flow flow, int y);
  }

  private interface GroupPainter {
    void paint(String group, int y);
  }

  private void eachRow(GroupPainter onGroup, RowPainter onRow) {
    int y = top;
    for (Map.Entry<String, List<Flow>> group : groups.entrySet()) {
      onGroup.paint(group.getKey() + " (" + group.getValue().size() + ")", y);
      y += GROUP;
      for (Flow flow : group.getValue()) {
        onRow.paint(flow, y);
        y += ROW;
      }
    }
  }

  private void drawLabels() {
    svg("labels", "aria-hidden", "true");
    eachRow(
        this::drawGroup,
        (flow, y) -> html.leaf("text", FlowWords.label(flow), "x", "0", "y", px(y + BAR)));
    html.close();
  }

  private void drawVerdicts() {
    svg("verdicts", "aria-hidden", "true");
    eachRow(
        (group, y) -> {},
        (flow, y) ->
            html.leaf(
                "text",
                FlowWords.verdict(flow),
                "class",
                FlowWords.verdictWord(flow),
                "x",
                "6",
                "y",
                px(y + BAR)));
    html.close();
  }

  private void drawPlot(String title) {
    svg("plot", "role", "img", "aria-labelledby", id + "-title " + id + "-desc");
    html.leaf("title", title, "id", id + "-title");
    html.leaf("desc", description(), "id", id + "-desc");
    hatch();
    backdrop.drawBands();
    backdrop.drawAxis();
    eachRow(this::drawRule, this::drawRow);
    backdrop.drawMarkers();
    html.close();
  }

  private String description() {
    return run.survived()
        + " of "
        + run.connections()
        + " TCP connections and "
        + run.udp().survived()
        + " of "
        + run.udp().streams()
        + " UDP streams are alive at the end. Each flow is a row; a table below has the same in"
        + " words.";
  }

  private void hatch() {
    html.open("defs");
    html.open(
        "pattern",
        "id",
        id + "-hatch",
        "width",
        "6",
        "height",
        "6",
        "patternUnits",
        "userSpaceOnUse",
        "patternTransform",
        "rotate(45)");
    html.empty("rect", "class", "hatch-ground", "width", "6", "height", "6");
    html.empty("rect", "class", "hatch-line", "width", "2.4", "height", "6");
    html.close().close();
  }

  // Reaches into the plot; its ground hides the bands there, and only there.
  private void drawGroup(String group, int y) {
    html.empty(
        "rect",
        "class",
        "ground",
        "x",
        "0",
        "y",
        px(y + 6),
        "width",
        px(GROUP_LETTER * group.length()),
        "height",
        px(GROUP - 7));
    html.leaf("text", group, "class", "group", "x", "0", "y", px(y + GROUP - 6));
  }

  private void drawRule(String group, int y) {
    html.empty("line", "class", "rule", "x1", "0", "x2", "100%", "y1", px(y + 4), "y2", px(y + 4));
  }

  private void drawRow(Flow flow, int y) {
    long shift = run.timeline().startedMillis() - run.timeline().anchorMillis();
    long end = run.timeline().stoppedMillis() - run.timeline().anchorMillis();
    long opened = flow.openedMillis() + shift;
    html.open("g", "class", "flow");
    html.leaf("title", FlowWords.sentence(flow));
    if (scale.shows(opened, end)) {
      String middle = px(y + BAR / 2);
      html.empty(
          "line",
          "class",
          "silence",
          "x1",
          scale.x(opened),
          "x2",
          scale.x(end),
          "y1",
          middle,
          "y2",
          middle);
    }
    long last = flow.lastEchoMillis() + shift;
    if (flow.verdict() == Verdict.DEAD && scale.shows(last, end)) {
      bar(y, last, end, "dead", "fill", "url(#" + id + "-hatch)");
    }
    for (Span span : flow.alive()) {
      if (scale.shows(span.from() + shift, span.to() + shift)) {
        bar(y, span.from() + shift, span.to() + shift, "alive");
      }
    }
    html.close();
  }

  private void bar(int y, long from, long to, String style, String... more) {
    List<String> attributes =
        new ArrayList<>(
            List.of(
                "class",
                style,
                "x",
                scale.x(from),
                "y",
                px(y),
                "width",
                scale.width(from, to),
                "height",
                px(BAR)));
    attributes.addAll(List.of(more));
    html.empty("rect", attributes.toArray(String[]::new));
  }

  private void svg(String style, String... more) {
    List<String> attributes = new ArrayList<>(List.of("class", style, "height", px(height)));
    attributes.addAll(List.of(more));
    html.open("svg", attributes.toArray(String[]::new));
  }

  private static String px(int value) {
    return String.valueOf(value);
  }
}
