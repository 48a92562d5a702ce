package io.inkstream.cli.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Every trial as a line of comma-separated values.
final class CacheCsv {
  private static final String HEADER =
      "engine,setting,steps,prompt,seed,cached_forwards,computed_forwards,cpu_s,wall_s,"
          + "denoise_cpu_s,uncached_cpu_s,uncached_wall_s,uncached_denoise_cpu_s,psnr_db,ssim\n";

  private CacheCsv() {}

  static String of(List<CacheTrial> trials) {
    return trials.stream().map(CacheCsv::line).collect(Collectors.joining("", HEADER, ""));
  }

  private static String line(CacheTrial trial) {
    var cached = trial.cached();
    var uncached = trial.uncached();
    return String.format(
        Locale.ROOT,
        "%s,%s,%d,%s,%d,%d,%d,%.3f,%.3f,%.3f,%.3f,%.3f,%.3f,%.3f,%.5f%n",
        trial.engine(),
        quoted(trial.setting().name()),
        trial.scene().steps(),
        quoted(trial.scene().prompt()),
        trial.scene().seed(),
        cached.cachedForwards(),
        cached.computedForwards(),
        cached.cost().cpu(),
        cached.cost().wall(),
        cached.denoiseCpu(),
        uncached.cost().cpu(),
        uncached.cost().wall(),
        uncached.denoiseCpu(),
        trial.likeness().psnr(),
        trial.likeness().ssim());
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }
}
