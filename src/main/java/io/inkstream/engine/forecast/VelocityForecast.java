package io.inkstream.engine.forecast;

import io.inkstream.engine.forecast.ForecastDecision.Computed;
import io.inkstream.engine.forecast.ForecastDecision.Forecast;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The forecast of one request, step by step: for each step that [#computes], the caller gives its
/// velocities to [#computed]; after that, or at once for the others, [#advance] makes the step.
///
/// It keeps the last two velocities and the latents of the last computed step of each picture.
public final class VelocityForecast {
  private final ForecastPolicy policy;
  private final int steps;
  private final Segments segments;
  private final List<Integer> made = new ArrayList<>();
  private Segments.@Nullable Computed earlier;
  private Segments.@Nullable Computed now;
  private @Nullable Segment segment;

  /// @param sigmas the noise levels of the executed steps, falling, and the last one's end
  public VelocityForecast(ForecastPolicy policy, float[] sigmas) {
    this.policy = policy;
    this.steps = sigmas.length - 1;
    this.segments = policy.segments(sigmas.clone());
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
    earlier = now == null ? null : now.withoutLatents();
    now = new Segments.Computed(step, latents.stream().map(float[]::clone).toList(), velocities);
    segment = earlier == null ? segments.first() : segments.after(earlier, now);
    made.add(step + 1);
  }

  /// Makes a step: the latents become those of its end.
  ///
  /// @param latents of each picture; written over
  public void advance(int step, List<float[]> latents) {
    Segment of = segment();
    float own = (float) of.ownWeightAt(step + 1);
    float before = (float) of.earlierWeightAt(step + 1);
    for (int image = 0; image < latents.size(); image++) {
      float[] from = now().latents().get(image);
      combine(latents.get(image), from, own, before, image);
    }
  }

  /// The velocities of a step that is under way, computed or extended.
  public List<float[]> velocities(int step) {
    Segment of = segment();
    List<float[]> velocities = now().velocities();
    float own = (float) of.ownFactor(step);
    float before = (float) of.earlierFactor(step);
    if (own == 1 && before == 0) {
      return velocities;
    }
    List<float[]> extended = new ArrayList<>();
    for (int image = 0; image < velocities.size(); image++) {
      float[] zero = new float[velocities.get(image).length];
      combine(zero, zero, own, before, image);
      extended.add(zero);
    }
    return extended;
  }

  // to = from + own V_a + before V_b; the arrays may be one
  private void combine(float[] to, float[] from, float own, float before, int image) {
    float[] velocity = now().velocities().get(image);
    if (earlier == null || before == 0) {
      for (int i = 0; i < to.length; i++) {
        to[i] = from[i] + own * velocity[i];
      }
      return;
    }
    float[] old = earlier.velocities().get(image);
    for (int i = 0; i < to.length; i++) {
      to[i] = from[i] + own * velocity[i] + before * old[i];
    }
  }

  /// What was done at a step that is under way.
  public ForecastDecision decision(int step) {
    return step == segment().from() ? new Computed() : new Forecast(segment().from() + 1);
  }

  /// What was done so far.
  public ForecastSummary summary() {
    return new ForecastSummary(policy, made, steps);
  }

  private Segment segment() {
    if (segment == null) {
      throw new IllegalStateException("no step has been computed yet");
    }
    return segment;
  }

  private Segments.Computed now() {
    if (now == null) {
      throw new IllegalStateException("no step has been computed yet");
    }
    return now;
  }
}
