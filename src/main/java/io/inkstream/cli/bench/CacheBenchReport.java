package io.inkstream.cli.bench;

import io.inkstream.cli.bench.CacheTrial.Took;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// The bench's results as a Markdown document.
///
/// @param facts versions and conditions, a line each
/// @param command that made it
record CacheBenchReport(List<String> facts, String command, List<CacheTrial> trials) {
  private static final String EXPLANATION =
      """
      Each figure stands for the same prompts, seeds and settings in both engines. A picture with a cache is compared with \
      its neighbour in the run: the same picture of the same engine without.

      - **Steps, speed-up**: processor seconds of the denoising steps without a cache, divided by those with it; the \
      median over the prompts. This is what a cache acts on.
      - **Picture, speed-up**: the same of the whole picture, with text encoding and decoding, which no cache shortens.
      - **CPU s**: processor seconds of a whole cached picture, the median. The clock is processor seconds of the engine's \
      process with one thread, on a shared machine: seconds of two runs are not to be compared, the ratios within one are.
      - **Reused**: forwards whose middle blocks did not run, of all forwards of a picture, the mean.
      - **PSNR** (dB, over RGB; equal pictures count as 100) and **SSIM** (luma; Gaussian window 11×11, σ = 1.5): means.

      ![Speed-up of the steps against PSNR](frontier.svg)
      """;

  String markdown() {
    var out = new StringBuilder("# Reusing blocks between steps: what it saves, what it costs\n\n");
    out.append(EXPLANATION).append('\n');
    facts.forEach(fact -> out.append("- ").append(fact).append('\n'));
    out.append("\nMade by:\n\n    ").append(command).append('\n');
    List<CachePoint> points = CachePoint.of(trials);
    points.stream()
        .map(CachePoint::steps)
        .distinct()
        .sorted()
        .forEach(steps ->
            section(out, points.stream().filter(point -> point.steps() == steps).toList()));
    out.append("\n## Prompts\n\n");
    trials.stream()
        .map(trial -> "- `" + trial.scene().prompt() + "`, seed " + trial.scene().seed())
        .distinct()
        .forEach(line -> out.append(line).append('\n'));
    return out.toString();
  }

  private static void section(StringBuilder out, List<CachePoint> points) {
    List<String> engines = points.stream().map(CachePoint::engine).distinct().toList();
    int prompts = points.stream().mapToInt(point -> point.trials().size()).min().orElse(0);
    out.append("\n## %d steps (prompts: %d)\n\n".formatted(points.getFirst().steps(), prompts));
    String columns =
        Columns.ALL.stream()
            .flatMap(column -> engines.stream().map(engine -> column.title() + ", " + engine))
            .collect(Collectors.joining(" | ", "| Setting | ", " |\n"));
    out.append(columns);
    out.append("|---|").repeat("---:|", engines.size() * Columns.ALL.size()).append('\n');
    out.append(row("none", points, Columns.ALL.stream().map(Columns::without).toList(), engines));
    points.stream()
        .map(CachePoint::setting)
        .distinct()
        .forEach(setting -> {
          var of = points.stream().filter(point -> point.setting().equals(setting)).toList();
          out.append(row(setting.name(), of, Columns.ALL, engines));
        });
  }

  private static String row(
      String name, List<CachePoint> points, List<Columns> columns, List<String> engines) {
    return columns.stream()
        .flatMap(column ->
            engines.stream()
                .map(engine ->
                    points.stream()
                        .filter(point -> point.engine().equals(engine))
                        .findFirst()
                        .map(column::cell)
                        .orElse("")))
        .collect(Collectors.joining(" | ", "| " + name + " | ", " |\n"));
  }

  /// A column for each engine.
  private record Columns(
      String title, String format, boolean isMedian, ToDoubleFunction<CacheTrial> value) {
    static final List<Columns> ALL =
        List.of(
            new Columns("Reused", "%.1f", false, trial -> trial.cached().cachedForwards()),
            new Columns("Steps, speed-up", "%.2f×", true, CacheTrial::denoiseSpeedup),
            new Columns("Picture, speed-up", "%.2f×", true, CacheTrial::pictureSpeedup),
            new Columns("CPU s", "%.2f", true, trial -> trial.cached().cost().cpu()),
            new Columns("PSNR", "%.2f", false, trial -> trial.likeness().psnr()),
            new Columns("SSIM", "%.4f", false, trial -> trial.likeness().ssim()));

    /// The same column for the pictures without a cache.
    Columns without() {
      return new Columns(title, format, isMedian, trial -> value.applyAsDouble(plain(trial)));
    }

    String cell(CachePoint point) {
      double number = isMedian ? point.median(value) : point.mean(value);
      return String.format(Locale.ROOT, format, number);
    }

    private static CacheTrial plain(CacheTrial trial) {
      Took took = trial.uncached();
      var same = new PictureLikeness(PictureLikeness.SAME, 1);
      return new CacheTrial(trial.engine(), trial.setting(), trial.scene(), took, took, same);
    }
  }
}
