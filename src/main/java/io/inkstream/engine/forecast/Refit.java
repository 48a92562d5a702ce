package io.inkstream.engine.forecast;

import io.inkstream.engine.forecast.ForecastTable.Weights;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Fits a table's weights in a closed loop: at each computed step they lead the latents, drifted as
/// they are by then, as near as possible to the recorded ones.
public final class Refit {
  private static final double RIDGE = 1e-3;

  private final float[] sigmas;
  private final List<Integer> computed;
  private final double[] energies;
  private final List<Weights> weights = new ArrayList<>();
  private @Nullable List<float[]> earlier;

  /// @param energies the recorded finished latents' squared norms, of each picture
  public Refit(float[] sigmas, List<Integer> computed, double[] energies) {
    this.sigmas = sigmas.clone();
    this.computed = List.copyOf(computed);
    this.energies = energies.clone();
  }

  /// The step after the next segment.
  public int next() {
    int index = weights.size();
    return index + 1 < computed.size() ? computed.get(index + 1) : sigmas.length - 1;
  }

  /// Fits the next segment and makes it: the latents become those at [#next].
  ///
  /// @param latents of each picture at the computed step, as this loop led to them
  /// @param velocities computed there; kept
  /// @param recorded latents at the segment's end
  public void advance(List<float[]> latents, List<float[]> velocities, List<float[]> recorded) {
    int from = computed.get(weights.size());
    double held = (double) sigmas[next()] - sigmas[from];
    RidgeFit fit = fit(held, latents, velocities, recorded);
    List<float[]> before = earlier;
    for (int image = 0; image < latents.size(); image++) {
      float[] old = before == null ? velocities.get(image) : before.get(image);
      add(latents.get(image), velocities.get(image), held + fit.own(), old, fit.earlier());
    }
    weights.add(new Weights(held + fit.own(), fit.earlier()));
    earlier = velocities;
  }

  private RidgeFit fit(
      double held, List<float[]> latents, List<float[]> velocities, List<float[]> recorded) {
    double aa = 0;
    double ab = 0;
    double bb = 0;
    double ya = 0;
    double yb = 0;
    for (int image = 0; image < latents.size(); image++) {
      float[] a = velocities.get(image);
      double share = 1 / energies[image];
      float[] missed = missed(held, latents.get(image), a, recorded.get(image));
      aa += Recording.dot(a, a) * share;
      ya += Recording.dot(a, missed) * share;
      if (earlier != null) {
        float[] b = earlier.get(image);
        ab += Recording.dot(a, b) * share;
        bb += Recording.dot(b, b) * share;
        yb += Recording.dot(b, missed) * share;
      }
    }
    return earlier == null ? RidgeFit.of(aa, ya, RIDGE) : RidgeFit.of(aa, ab, bb, ya, yb, RIDGE);
  }

  private static float[] missed(double held, float[] latents, float[] velocity, float[] recorded) {
    float[] missed = new float[latents.length];
    for (int i = 0; i < missed.length; i++) {
      missed[i] = (float) (recorded[i] - latents[i] - held * velocity[i]);
    }
    return missed;
  }

  private static void add(float[] x, float[] a, double weightA, float[] b, double weightB) {
    for (int i = 0; i < x.length; i++) {
      x[i] += (float) (weightA * a[i] + weightB * b[i]);
    }
  }

  /// The table, when all segments are made.
  public ForecastTable table() {
    List<Float> levels = new ArrayList<>();
    for (float sigma : sigmas) {
      levels.add(sigma);
    }
    return new ForecastTable(levels, computed, weights);
  }
}
