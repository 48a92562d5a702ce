package io.inkstream.engine.forecast;

/// How much an error made at a noise level has grown in the finished latents, as measured on
/// version 1 of the pocket model: linear between its points.
final class Gain {
  private static final double[] SIGMA = {0, .31, .55, .74, .86, 1};
  private static final double[] GROWTH = {.93, .95, 1.37, 2.3, 2.5, 2.1};

  private Gain() {}

  static double at(double sigma) {
    int k = 1;
    while (k < SIGMA.length - 1 && sigma > SIGMA[k]) {
      k++;
    }
    double share = Math.clamp((sigma - SIGMA[k - 1]) / (SIGMA[k] - SIGMA[k - 1]), 0.0, 1.0);
    return GROWTH[k - 1] + share * (GROWTH[k] - GROWTH[k - 1]);
  }
}
