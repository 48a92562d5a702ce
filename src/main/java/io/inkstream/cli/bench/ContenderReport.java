package io.inkstream.cli.bench;

import io.inkstream.cli.bench.Contender.Family;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Three families of ways to draw with less work, as a Markdown document.
///
/// @param facts versions and conditions, a line each
/// @param command that made it
/// @param planned scenes that the command draws
record ContenderReport(
    List<String> facts,
    String command,
    List<ContenderTrial> trials,
    List<ContenderPoint> points,
    int planned) {
  private static final String EXPLANATION =
      """
      Every picture is compared with the picture of the same prompt, seed and number of steps whose every step was \
      computed, drawn in the same run. Three families:

      - **block cache**: DBCache with cache-dit's settings, run by this engine (decisions and pictures are tested to be \
      cache-dit's own);
      - **velocity forecast**: some steps in full, the others not at all;
      - **fewer steps**: a plain solver with as many steps as the others compute. It aims at the same flow, not at the \
      same discretisation, so this measure is somewhat unkind to it.

      Columns: **computed**, the share of the blocks of all steps that ran; **steps, wall** and **steps, CPU**, how many \
      times as fast the denoising was, by the clock on the wall and in processor seconds (the machine was shared: CPU is \
      the steadier one), medians; **picture**, CPU of the whole picture with text and decoding, median; **PSNR** (dB, RGB) \
      and **SSIM** (luma), means; **worst**, the lowest PSNR of a picture.

      ![Speed-up of the steps against PSNR](frontier.svg)

      The same against the share of computed blocks, which no machine changes: [share.svg](share.svg).
      """;

  String markdown() {
    var out =
        new StringBuilder("# Forecasting the velocity, reusing blocks, drawing fewer steps\n\n");
    out.append(EXPLANATION).append('\n');
    facts.forEach(fact -> out.append("- ").append(fact).append('\n'));
    out.append("\nMade by:\n\n    ").append(command).append('\n');
    long drawn =
        trials.stream().map(t -> List.of(t.steps(), t.prompt(), t.seed())).distinct().count();
    if (drawn < planned) {
      out.append("\n**Not finished: %d of %d scenes so far.**\n".formatted(drawn, planned));
    }
    bars(out);
    points.stream().map(ContenderPoint::steps).distinct().sorted().forEach(n -> section(out, n));
    out.append("\n## Scenes\n\n");
    trials.stream()
        .map(trial -> "- `" + trial.prompt() + "`, seed " + trial.seed())
        .distinct()
        .forEach(line -> out.append(line).append('\n'));
    return out.toString();
  }

  private void bars(StringBuilder out) {
    out.append("\n## Bars\n\n| | bar | measured |\n|---|---:|---:|\n");
    bar(out, 20, "power-law 0.5", 39, 1.85);
    bar(out, 20, "calibrated 0.5", 42, 1.85);
    bar(out, 50, "power-law 0.4", 43, 2.3);
  }

  private void bar(StringBuilder out, int steps, String name, double psnr, double speedup) {
    points.stream()
        .filter(point -> point.steps() == steps && point.name().equals(name))
        .forEach(point ->
            out.append(
                String.format(
                    Locale.ROOT,
                    "| %d steps, %s | %.0f dB, %.2f× | %.2f dB, %.2f× wall, %.2f× CPU |%n",
                    steps,
                    name,
                    psnr,
                    speedup,
                    point.psnr(),
                    point.median(ContenderTrial::wallSpeedup),
                    point.median(ContenderTrial::cpuSpeedup))));
  }

  private void section(StringBuilder out, int steps) {
    var own = points.stream().filter(point -> point.steps() == steps).toList();
    int scenes = own.stream().mapToInt(point -> point.trials().size()).min().orElse(0);
    out.append("\n## %d steps (pictures: %d)\n".formatted(steps, scenes));
    for (Family family : Family.values()) {
      out.append("\n| ").append(family.title());
      out.append(" | computed | steps, wall | steps, CPU | picture | PSNR | worst | SSIM |\n|---|");
      out.append("---:|".repeat(7)).append('\n');
      out.append(
          own.stream()
              .filter(point -> point.family() == family)
              .map(ContenderReport::row)
              .collect(Collectors.joining()));
    }
  }

  private static String row(ContenderPoint point) {
    return String.format(
        Locale.ROOT,
        "| %s | %.3f | %.2f× | %.2f× | %.2f× | %.2f | %.1f | %.4f |%n",
        point.name(),
        point.share(),
        point.median(ContenderTrial::wallSpeedup),
        point.median(ContenderTrial::cpuSpeedup),
        point.median(ContenderTrial::pictureSpeedup),
        point.psnr(),
        point.least(trial -> trial.likeness().psnr()),
        point.mean(trial -> trial.likeness().ssim()));
  }
}
