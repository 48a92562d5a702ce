package io.inkstream.engine.forecast;

import java.util.ArrayList;
import java.util.List;

/// How near a policy is expected to lead to the recorded pictures, from the Gram matrices of their
/// velocities: no model runs. It ranks policies; what they reach in a loop is a few dB more.
///
/// @param sigmas noise levels of the recordings
@SuppressWarnings("ArrayRecordComponent") // read, compared never
public record PolicyScore(List<Recording> recordings, float[] sigmas) {
  /// Of the finished latents, the mean over the recordings: `10 lg (|x|^2 / |x - exact|^2)`.
  ///
  /// @param policy one that does not decide on the way
  public double decibels(ForecastPolicy policy) {
    List<double[]> missed = missed(policy.segments(sigmas));
    return recordings.stream()
        .mapToDouble(recording -> -10 * Math.log10(Math.max(1e-12, error(recording, missed))))
        .average()
        .orElse(Double.NaN);
  }

  private static double error(Recording recording, List<double[]> missed) {
    double sum = 0;
    for (double[] gap : missed) {
      sum += SegmentError.energy(recording, gap, 0, gap.length);
    }
    return sum;
  }

  // What each segment misses, a correction taken for that of the one before, as it arrives in the
  // finished latents: weights of the steps' velocities.
  private List<double[]> missed(Segments segments) {
    List<Segments.Computed> made = new ArrayList<>();
    List<double[]> missed = new ArrayList<>();
    int steps = sigmas.length - 1;
    int from = 0;
    while (from < steps) {
      made.addFirst(new Segments.Computed(from, List.of(), Defect.NONE));
      var segment = segments.after(made.subList(0, Math.min(made.size(), segments.remembered())));
      if (!missed.isEmpty()) {
        take(missed.getLast(), segment.correction(), made);
      }
      missed.add(exact(segment));
      take(missed.getLast(), segment.displacement(segment.to(), sigmas), made);
      from = segment.to();
    }
    for (int gap = 0; gap < missed.size(); gap++) {
      int to = gap + 1 < missed.size() ? made.get(missed.size() - 2 - gap).step() : steps;
      scale(missed.get(gap), Gain.MEASURED.at(sigmas[Math.min(to, steps - 1)]));
    }
    return missed;
  }

  private double[] exact(Segment segment) {
    double[] weights = new double[sigmas.length - 1];
    for (int t = segment.from(); t < segment.to(); t++) {
      weights[t] = (double) sigmas[t + 1] - sigmas[t];
    }
    return weights;
  }

  private static void take(double[] from, double[] weights, List<Segments.Computed> made) {
    for (int j = 0; j < weights.length && j < made.size(); j++) {
      from[made.get(j).step()] -= weights[j];
    }
  }

  private static void scale(double[] weights, double factor) {
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= factor;
    }
  }
}
