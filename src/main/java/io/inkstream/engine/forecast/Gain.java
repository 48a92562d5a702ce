package io.inkstream.engine.forecast;

import java.util.List;

/// How much an error made at a noise level has grown in the finished latents, as measured on the
/// pocket model: linear between its points.
enum Gain {
  /// Of version 1, the stricter: what an error is guarded and estimated by.
  CAUTIOUS(List.of(0.0, .31, .55, .74, .86, 1.0), List.of(.93, .95, 1.37, 2.3, 2.5, 2.1)),

  /// Of version 2: what steps are chosen by.
  MEASURED(
      List.of(0.0, .02, .175, .376, .547, .693, .821, .9, 1.0),
      List.of(1.0, .95, .82, .81, .85, 1.37, 2.63, 2.7, 2.4));

  private final List<Double> sigmas;
  private final List<Double> growth;

  Gain(List<Double> sigmas, List<Double> growth) {
    this.sigmas = sigmas;
    this.growth = growth;
  }

  double at(double sigma) {
    int k = 1;
    while (k < sigmas.size() - 1 && sigma > sigmas.get(k)) {
      k++;
    }
    double width = sigmas.get(k) - sigmas.get(k - 1);
    double share = Math.clamp((sigma - sigmas.get(k - 1)) / width, 0.0, 1.0);
    return growth.get(k - 1) + share * (growth.get(k) - growth.get(k - 1));
  }
}
