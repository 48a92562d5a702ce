package io.inkstream.cli.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// What one setting does at one number of steps in one engine, over several prompts.
///
/// @param trials one for each prompt
record CachePoint(String engine, int steps, CacheSetting setting, List<CacheTrial> trials) {
  /// By engine, steps and setting, in the order in which they appear.
  static List<CachePoint> of(Collection<CacheTrial> trials) {
    Map<List<Object>, CachePoint> points = new LinkedHashMap<>();
    for (CacheTrial trial : trials) {
      int steps = trial.scene().steps();
      points
          .computeIfAbsent(
              List.of(trial.engine(), steps, trial.setting()),
              _ -> new CachePoint(trial.engine(), steps, trial.setting(), new ArrayList<>()))
          .trials()
          .add(trial);
    }
    return List.copyOf(points.values());
  }

  double median(ToDoubleFunction<CacheTrial> value) {
    double[] sorted = trials.stream().mapToDouble(value).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  double mean(ToDoubleFunction<CacheTrial> value) {
    return trials.stream().mapToDouble(value).average().orElse(Double.NaN);
  }

  double denoiseSpeedup() {
    return median(CacheTrial::denoiseSpeedup);
  }

  double psnr() {
    return mean(trial -> trial.likeness().psnr());
  }

  boolean changesEveryPicture() {
    return trials.stream().allMatch(trial -> trial.likeness().psnr() < PictureLikeness.SAME);
  }
}
