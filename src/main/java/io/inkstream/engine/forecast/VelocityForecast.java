package io.inkstream.engine.forecast;

import io.inkstream.engine.forecast.ForecastDecision.Computed;
import io.inkstream.engine.forecast.ForecastDecision.Forecast;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The forecast of one request, step by step: for each step that [#computes], the caller gives its
/// velocities to [#computed]; after that, or at once for the others, [#advance] makes the step.
///
/// It keeps the velocities of a few computed steps, and the latents of the last, of each picture.
public final class VelocityForecast {
  private final ForecastPolicy policy;
  private final float[] sigmas;
  private final Segments segments;
  private final ErrorEstimate error;
  private final List<Integer> ran = new ArrayList<>();
  private final List<Segments.Computed> made = new ArrayList<>(); // the latest first
  private List<float[]> begin = List.of();
  private @Nullable Segment segment;

  /// @param sigmas the noise levels of the executed steps, falling, and the last one's end
  public VelocityForecast(ForecastPolicy policy, float[] sigmas) {
    this.policy = policy;
    this.sigmas = sigmas.clone();
    this.segments = policy.segments(this.sigmas);
    this.error = new ErrorEstimate(this.sigmas);
  }

  /// Whether a step must be computed.
  ///
  /// @param step from 0, the next one
  public boolean computes(int step) {
    return segment == null || step >= segment.to();
  }

  /// Takes the velocities of a step that must be computed.
  ///
  /// @param latents of each picture at the beginning of the step; copied if needed later
  /// @param velocities of each picture, after guidance; kept, so nobody may write to them
  public void computed(int step, List<float[]> latents, List<float[]> velocities) {
    Defect defect = defect(step, latents, velocities);
    if (!made.isEmpty()) {
      error.crossed(made.getFirst().step(), step, defect);
    }
    made.addFirst(new Segments.Computed(step, velocities, defect));
    if (made.size() > segments.remembered()) {
      made.removeLast();
    }
    begin = latents.stream().map(float[]::clone).toList();
    segment = segments.after(made);
    ran.add(step + 1);
  }

  private Defect defect(int step, List<float[]> latents, List<float[]> velocities) {
    if (made.isEmpty()) {
      return Defect.NONE;
    }
    var before = made.getFirst();
    if (made.size() == 1) {
      return Defect.of(latents, velocities, before.velocities(), before.velocities(), 0);
    }
    var earliest = made.get(1);
    double slope = new SpanLine(sigmas).slope(earliest.step(), before.step(), step);
    return Defect.of(latents, velocities, before.velocities(), earliest.velocities(), slope);
  }

  /// Makes a step: the latents become those of its end.
  ///
  /// @param latents of each picture; written over
  public void advance(int step, List<float[]> latents) {
    double[] weights = segment().latentsAt(step + 1, sigmas);
    for (int image = 0; image < latents.size(); image++) {
      combine(latents.get(image), begin.get(image), weights, image);
    }
  }

  /// The velocities of a step that is under way, computed or extended.
  public List<float[]> velocities(int step) {
    double[] weights = segment().velocityAt(step);
    List<float[]> velocities = made.getFirst().velocities();
    if (isOwn(weights)) {
      return velocities;
    }
    List<float[]> extended = new ArrayList<>();
    for (int image = 0; image < velocities.size(); image++) {
      float[] zero = new float[velocities.get(image).length];
      combine(zero, zero, weights, image);
      extended.add(zero);
    }
    return extended;
  }

  private static boolean isOwn(double[] weights) {
    return weights[0] == 1 && Arrays.stream(weights).skip(1).allMatch(weight -> weight == 0);
  }

  // to = from + the weighed velocities; the arrays may be one
  private void combine(float[] to, float[] from, double[] weights, int image) {
    for (int i = 0; i < to.length; i++) {
      to[i] = from[i];
    }
    for (int j = 0; j < weights.length; j++) {
      float weight = (float) weights[j];
      if (weight != 0) {
        float[] velocity = made.get(j).velocities().get(image);
        for (int i = 0; i < to.length; i++) {
          to[i] += weight * velocity[i];
        }
      }
    }
  }

  /// What was done at a step that is under way.
  public ForecastDecision decision(int step) {
    return step == segment().from() ? new Computed() : new Forecast(segment().from() + 1);
  }

  /// What was done so far.
  public ForecastSummary summary() {
    return new ForecastSummary(policy, ran, sigmas.length - 1, error.ofEach());
  }

  private Segment segment() {
    if (segment == null) {
      throw new IllegalStateException("no step has been computed yet");
    }
    return segment;
  }
}
