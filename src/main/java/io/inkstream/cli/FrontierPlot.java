package io.inkstream.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Speed-up of the steps against PSNR, as SVG: a colour for each number of steps, a disc with the
/// setting's number for the first engine, a ring for the second.
final class FrontierPlot {
  private static final int WIDTH = 940;
  private static final int HEIGHT = 560;
  private static final int LEFT = 64;
  private static final int TOP = 64;
  private static final int RIGHT = WIDTH - 360;
  private static final int BOTTOM = HEIGHT - 56;
  private static final List<String> COLOURS = List.of("#1b6ca8", "#c8553d", "#3a7d44", "#7b4ea3");

  private final List<CachePoint> points;
  private final List<String> engines;
  private final List<Integer> steps;
  private final List<CacheSetting> settings;
  private final Axis x;
  private final Axis y;
  private final StringBuilder out = new StringBuilder();

  private FrontierPlot(List<CachePoint> points) {
    this.points = points;
    this.engines = points.stream().map(CachePoint::engine).distinct().toList();
    this.steps = points.stream().map(CachePoint::steps).distinct().sorted().toList();
    this.settings = CacheSetting.grid();
    this.x = Axis.over(points.stream().map(CachePoint::denoiseSpeedup).toList(), 0.25);
    this.y = Axis.over(points.stream().map(CachePoint::psnr).toList(), 5);
  }

  /// Without settings that left a picture as it was: its ratio has no bound.
  static String of(List<CachePoint> points) {
    return new FrontierPlot(points.stream().filter(CachePoint::changesEveryPicture).toList())
        .draw();
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
        WIDTH, HEIGHT);
    add("<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>", WIDTH, HEIGHT);
    text(LEFT, 28, "17", "start", "Cached pictures: how fast, how faithful");
    text(
        LEFT,
        47,
        "12",
        "start",
        "up and to the right is better; settings that left a picture unchanged are in the table only");
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
      line(at, TOP, at, BOTTOM);
      text(at, BOTTOM + 18, "12", "middle", String.format(Locale.ROOT, "%.2f×", tick));
    }
    for (double tick : y.ticks()) {
      double at = y.at(tick, BOTTOM, TOP);
      line(LEFT, at, RIGHT, at);
      text(LEFT - 8, at + 4, "12", "end", String.format(Locale.ROOT, "%.0f", tick));
    }
    text((LEFT + RIGHT) / 2.0, HEIGHT - 14, "13", "middle", "speed-up of the steps (CPU time)");
    add("<g transform=\"translate(20 %d) rotate(-90)\">", (TOP + BOTTOM) / 2);
    text(0, 0, "13", "middle", "PSNR to the uncached picture (dB)");
    add("</g>");
  }

  private void series(int engine, int colour) {
    var own =
        points.stream()
            .filter(point -> point.engine().equals(engines.get(engine)))
            .filter(point -> point.steps() == steps.get(colour))
            .toList();
    frontier(own, engine, COLOURS.get(colour % COLOURS.size()));
    for (CachePoint point : own) {
      marker(
          x.at(point.denoiseSpeedup(), LEFT, RIGHT),
          y.at(point.psnr(), BOTTOM, TOP),
          engine,
          COLOURS.get(colour % COLOURS.size()),
          settings.indexOf(point.setting()) + 1);
    }
  }

  // Through the points that no other beats in both.
  private void frontier(List<CachePoint> own, int engine, String colour) {
    var path = new StringBuilder();
    own.stream()
        .filter(point -> own.stream().noneMatch(other -> beats(other, point)))
        .sorted(Comparator.comparingDouble(CachePoint::denoiseSpeedup))
        .forEach(point ->
            path.append(
                String.format(
                    Locale.ROOT,
                    " %.1f,%.1f",
                    x.at(point.denoiseSpeedup(), LEFT, RIGHT),
                    y.at(point.psnr(), BOTTOM, TOP))));
    add(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\" opacity=\"0.7\"%s/>",
        path.toString().strip(), colour, engine == 0 ? "" : " stroke-dasharray=\"4 4\"");
  }

  private static boolean beats(CachePoint a, CachePoint b) {
    return a.denoiseSpeedup() > b.denoiseSpeedup() && a.psnr() > b.psnr();
  }

  private void marker(double cx, double cy, int engine, String colour, int number) {
    boolean first = engine == 0;
    add(
        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"8\" fill=\"%s\" stroke=\"%s\" stroke-width=\"1.6\"/>",
        cx, cy, first ? colour : "#fff", colour);
    add(
        "<text x=\"%.1f\" y=\"%.1f\" font-size=\"11\" text-anchor=\"middle\" fill=\"%s\">%d</text>",
        cx, cy + 4, first ? "#fff" : colour, number);
  }

  private void legend() {
    int left = RIGHT + 28;
    int at = TOP + 8;
    for (int i = 0; i < steps.size(); i++, at += 22) {
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
    for (int i = 0; i < settings.size(); i++, at += 22) {
      text(left + 6, at, "12", "end", String.valueOf(i + 1));
      text(left + 18, at, "12", "start", settings.get(i).name());
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
