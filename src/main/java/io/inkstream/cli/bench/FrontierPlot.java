package io.inkstream.cli.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Speed-up of the steps against PSNR, as SVG: a colour for each number of steps, a disc with the
/// setting's number for the first series, a ring for the second, a square for others.
final class FrontierPlot {
  private static final int WIDTH = 940;
  private static final int LEAST_HEIGHT = 560;
  private static final int MOST_TICKS = 12;
  private static final int LEFT = 64;
  private static final int TOP = 64;
  private static final int RIGHT = WIDTH - 360;
  private static final int LINE = 22;
  private static final List<String> DASHES =
      List.of("", " stroke-dasharray=\"4 4\"", " stroke-dasharray=\"1 4\"");
  private static final List<String> COLOURS = List.of("#1b6ca8", "#c8553d", "#3a7d44", "#7b4ea3");

  private final List<PlotPoint> points;
  private final List<String> engines;
  private final List<Integer> steps;
  private final List<String> settings;
  private final Axis x;
  private final Axis y;
  private final String measure;
  private final int height;
  private final int bottom;
  private final StringBuilder out = new StringBuilder();

  private FrontierPlot(List<PlotPoint> points, List<String> settings, String measure) {
    this.points = points;
    this.engines = points.stream().map(PlotPoint::series).distinct().toList();
    this.steps = points.stream().map(PlotPoint::steps).distinct().sorted().toList();
    this.settings = settings;
    this.measure = measure;
    int legend = TOP + LINE * (settings.size() + steps.size() + engines.size()) + 2 * LINE;
    this.height = Math.max(LEAST_HEIGHT, legend);
    this.bottom = height - 56;
    this.x = speedups(points);
    this.y = Axis.over(points.stream().map(PlotPoint::psnr).toList(), 5);
  }

  /// Without settings that left a picture as it was: its ratio has no bound.
  static String of(List<CachePoint> points) {
    var plotted =
        points.stream()
            .filter(CachePoint::changesEveryPicture)
            .map(p ->
                new PlotPoint(
                    p.engine(), p.steps(), p.setting().name(), p.denoiseSpeedup(), p.psnr()))
            .toList();
    var settings = CacheSetting.grid().stream().map(CacheSetting::name).toList();
    return new FrontierPlot(plotted, settings, "speed-up of the steps (CPU time)").draw();
  }

  /// Settings in the order in which they appear.
  ///
  /// @param measure what the speed-up is
  static String of(List<PlotPoint> points, String measure) {
    var settings = points.stream().map(PlotPoint::setting).distinct().toList();
    return new FrontierPlot(points, settings, measure).draw();
  }

  /// Ticks at quarters, or at halves where quarters would stand too close to be read.
  private static Axis speedups(List<PlotPoint> points) {
    var values = points.stream().map(PlotPoint::speedup).toList();
    Axis quarters = Axis.over(values, 0.25);
    return quarters.ticks().size() <= MOST_TICKS ? quarters : Axis.over(values, 0.5);
  }

  /// From one multiple of `tick` to another.
  private record Axis(double from, double to, double tick) {
    static Axis over(List<Double> values, double tick) {
      double least = values.stream().min(Comparator.naturalOrder()).orElse(0.0);
      double most = values.stream().max(Comparator.naturalOrder()).orElse(1.0);
      double from = Math.floor((least - tick / 4) / tick) * tick;
      return new Axis(from, Math.ceil((most + tick / 4) / tick) * tick, tick);
    }

    double at(double value, int start, int end) {
      return start + (value - from) / (to - from) * (end - start);
    }

    List<Double> ticks() {
      List<Double> ticks = new ArrayList<>();
      for (int i = 0; from + i * tick <= to + tick / 100; i++) {
        ticks.add(from + i * tick);
      }
      return ticks;
    }
  }

  private String draw() {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"Helvetica,"
            + " Arial, sans-serif\" font-size=\"13\" fill=\"#333\">",
        WIDTH, height);
    add("<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>", WIDTH, height);
    text(LEFT, 28, "17", "start", "How fast, how faithful");
    text(
        LEFT,
        47,
        "12",
        "start",
        "up and to the right is better; settings that left a picture unchanged are in the table"
            + " only");
    axes();
    for (int engine = engines.size() - 1; engine >= 0; engine--) {
      for (int i = 0; i < steps.size(); i++) {
        series(engine, i);
      }
    }
    legend();
    return out.append("</svg>\n").toString();
  }

  private void axes() {
    for (double tick : x.ticks()) {
      double at = x.at(tick, LEFT, RIGHT);
      line(at, TOP, at, bottom);
      text(at, bottom + 18, "12", "middle", String.format(Locale.ROOT, "%.2f×", tick));
    }
    for (double tick : y.ticks()) {
      double at = y.at(tick, bottom, TOP);
      line(LEFT, at, RIGHT, at);
      text(LEFT - 8, at + 4, "12", "end", String.format(Locale.ROOT, "%.0f", tick));
    }
    text((LEFT + RIGHT) / 2.0, height - 14, "13", "middle", measure);
    add("<g transform=\"translate(20 %d) rotate(-90)\">", (TOP + bottom) / 2);
    text(0, 0, "13", "middle", "PSNR to the picture of all steps (dB)");
    add("</g>");
  }

  private void series(int engine, int colour) {
    var own =
        points.stream()
            .filter(point -> point.series().equals(engines.get(engine)))
            .filter(point -> point.steps() == steps.get(colour))
            .toList();
    frontier(own, engine, COLOURS.get(colour % COLOURS.size()));
    for (PlotPoint point : own) {
      marker(
          x.at(point.speedup(), LEFT, RIGHT),
          y.at(point.psnr(), bottom, TOP),
          engine,
          COLOURS.get(colour % COLOURS.size()),
          settings.indexOf(point.setting()) + 1);
    }
  }

  // Through the points that no other beats in both.
  private void frontier(List<PlotPoint> own, int engine, String colour) {
    var path = new StringBuilder();
    own.stream()
        .filter(point -> own.stream().noneMatch(other -> beats(other, point)))
        .sorted(Comparator.comparingDouble(PlotPoint::speedup))
        .forEach(point ->
            path.append(
                String.format(
                    Locale.ROOT,
                    " %.1f,%.1f",
                    x.at(point.speedup(), LEFT, RIGHT),
                    y.at(point.psnr(), bottom, TOP))));
    add(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\""
            + " opacity=\"0.7\"%s/>",
        path.toString().strip(), colour, DASHES.get(Math.min(engine, 2)));
  }

  private static boolean beats(PlotPoint a, PlotPoint b) {
    return a.speedup() > b.speedup() && a.psnr() > b.psnr();
  }

  private void marker(double cx, double cy, int engine, String colour, int number) {
    boolean first = engine == 0;
    if (engine < 2) {
      add(
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"8\" fill=\"%s\" stroke=\"%s\""
              + " stroke-width=\"1.6\"/>",
          cx, cy, first ? colour : "#fff", colour);
    } else {
      add(
          "<rect x=\"%.1f\" y=\"%.1f\" width=\"15\" height=\"15\" fill=\"#fff\" stroke=\"%s\""
              + " stroke-width=\"1.6\"/>",
          cx - 7.5, cy - 7.5, colour);
    }
    add(
        "<text x=\"%.1f\" y=\"%.1f\" font-size=\"11\" text-anchor=\"middle\" fill=\"%s\">%d</text>",
        cx, cy + 4, first ? "#fff" : colour, number);
  }

  private void legend() {
    int left = RIGHT + 28;
    int at = TOP + 8;
    for (int i = 0; i < steps.size(); i++, at += LINE) {
      add(
          "<rect x=\"%d\" y=\"%d\" width=\"16\" height=\"10\" fill=\"%s\"/>",
          left - 8, at - 9, COLOURS.get(i % COLOURS.size()));
      text(left + 18, at, "13", "start", steps.get(i) + " steps");
    }
    at += 12;
    for (int engine = 0; engine < engines.size(); engine++, at += 24) {
      marker(left, at - 4, engine, "#555", 1);
      text(left + 18, at, "13", "start", engines.get(engine));
    }
    at += 14;
    for (int i = 0; i < settings.size(); i++, at += LINE) {
      text(left + 6, at, "12", "end", String.valueOf(i + 1));
      text(left + 18, at, "12", "start", settings.get(i));
    }
  }

  private void line(double x1, double y1, double x2, double y2) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#e3e3e3\"/>",
        x1, y1, x2, y2);
  }

  private void text(double atX, double atY, String size, String anchor, String words) {
    String safe = words.replace("&", "&amp;").replace("<", "&lt;");
    add(
        "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%s\" text-anchor=\"%s\">%s</text>",
        atX, atY, size, anchor, safe);
  }

  private void add(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
