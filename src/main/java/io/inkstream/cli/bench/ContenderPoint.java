package io.inkstream.cli.bench;

import io.inkstream.cli.bench.Contender.Family;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// What one contender does at one number of steps, over several scenes.
///
/// @param trials one for each scene
record ContenderPoint(Family family, String name, int steps, List<ContenderTrial> trials) {
  /// By steps and contender.
  static List<ContenderPoint> of(Collection<ContenderTrial> trials) {
    Map<List<Object>, ContenderPoint> points = new LinkedHashMap<>();
    for (ContenderTrial trial : trials) {
      points
          .computeIfAbsent(
              List.of(trial.family(), trial.name(), trial.steps()),
              _ ->
                  new ContenderPoint(
                      trial.family(), trial.name(), trial.steps(), new ArrayList<>()))
          .trials()
          .add(trial);
    }
    return List.copyOf(points.values());
  }

  /// For the plot.
  ///
  /// @param byTime against the measured speed-up, else against that of the computed blocks
  static List<PlotPoint> plot(List<ContenderPoint> points, boolean byTime) {
    return points.stream()
        .filter(point -> point.mean(t -> t.likeness().psnr()) < PictureLikeness.SAME)
        .map(point ->
            new PlotPoint(
                point.family().title(),
                point.steps(),
                point.name(),
                byTime ? point.median(ContenderTrial::wallSpeedup) : 1 / point.share(),
                point.psnr()))
        .toList();
  }

  double psnr() {
    return mean(trial -> trial.likeness().psnr());
  }

  double share() {
    return mean(ContenderTrial::share);
  }

  double mean(ToDoubleFunction<ContenderTrial> value) {
    return trials.stream().mapToDouble(value).average().orElse(Double.NaN);
  }

  double least(ToDoubleFunction<ContenderTrial> value) {
    return trials.stream().mapToDouble(value).min().orElse(Double.NaN);
  }

  double median(ToDoubleFunction<ContenderTrial> value) {
    double[] sorted = trials.stream().mapToDouble(value).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
