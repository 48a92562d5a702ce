package io.inkstream.engine.forecast;

import io.inkstream.engine.forecast.ForecastTable.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Fits a table's weights in a closed loop: at each computed step they lead the latents, drifted as
/// they are by then, as near as possible to the recorded ones.
public final class Refit {
  private static final double RIDGE = 1e-3;
  private static final int REMEMBERED = 3;

  private final float[] sigmas;
  private final List<Integer> computed;
  private final double[] energies;
  private final List<Weights> weights = new ArrayList<>();
  private final List<List<float[]>> made = new ArrayList<>(); // the latest first

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
    made.addFirst(velocities);
    if (made.size() > REMEMBERED) {
      made.removeLast();
    }
    double[] fitted = Arrays.copyOf(fit(held, latents, recorded), REMEMBERED);
    fitted[0] += held;
    for (int image = 0; image < latents.size(); image++) {
      for (int j = 0; j < made.size(); j++) {
        add(latents.get(image), made.get(j).get(image), fitted[j]);
      }
    }
    weights.add(new Weights(fitted[0], fitted[1], fitted[2]));
  }

  private double[] fit(double held, List<float[]> latents, List<float[]> recorded) {
    var fit = new RidgeFit(made.size());
    for (int image = 0; image < latents.size(); image++) {
      float[] own = made.getFirst().get(image);
      float[] missed = missed(held, latents.get(image), own, recorded.get(image));
      double share = 1 / energies[image];
      for (int j = 0; j < made.size(); j++) {
        float[] velocity = made.get(j).get(image);
        fit.wants(j, Recording.dot(velocity, missed) * share);
        for (int k = 0; k < made.size(); k++) {
          fit.knows(j, k, Recording.dot(velocity, made.get(k).get(image)) * share);
        }
      }
    }
    return fit.solve(RIDGE);
  }

  private static float[] missed(double held, float[] latents, float[] velocity, float[] recorded) {
    float[] missed = new float[latents.length];
    for (int i = 0; i < missed.length; i++) {
      missed[i] = (float) (recorded[i] - latents[i] - held * velocity[i]);
    }
    return missed;
  }

  private static void add(float[] x, float[] velocity, double weight) {
    for (int i = 0; i < x.length; i++) {
      x[i] += (float) (weight * velocity[i]);
    }
  }

  /// The table, when all segments are made.
  ///
  /// @param adapters that acted, as in [ForecastTable]
  public ForecastTable table(String adapters) {
    List<Float> levels = new ArrayList<>();
    for (float sigma : sigmas) {
      levels.add(sigma);
    }
    return new ForecastTable(levels, computed, weights, adapters);
  }
}
