package io.inkstream.engine.forecast;

import java.util.ArrayList;
import java.util.List;

/// How far the finished latents are expected to be from those of all steps, by the defects at the
/// ends of the gaps that were crossed: `sqrt(sum of (gain(s_a) M(b,a)/(s_b - s_a) |V_a - forecast|
/// / |x_a|)^2)` of each picture. On the pocket model it errs on the safe side by 7 dB in the mean;
/// a gap behind the last computed step is not seen.
final class ErrorEstimate {
  private final float[] sigmas;
  private double[] squares = {};

  ErrorEstimate(float[] sigmas) {
    this.sigmas = sigmas;
  }

  /// @param b the computed step before
  /// @param a the computed step whose defect it is
  void crossed(int b, int a, Defect defect) {
    if (squares.length == 0) {
      squares = new double[defect.ofEach().length];
    }
    double weight =
        Gain.CAUTIOUS.at(sigmas[a])
            * Segment.moment(b, a, sigmas)
            / ((double) sigmas[b] - sigmas[a]);
    for (int image = 0; image < squares.length; image++) {
      double error = weight * defect.ofEach()[image];
      squares[image] += error * error;
    }
  }

  /// Relative to the latents, of each picture.
  List<Double> ofEach() {
    List<Double> errors = new ArrayList<>();
    for (double square : squares) {
      errors.add(Math.sqrt(square));
    }
    return errors;
  }
}
