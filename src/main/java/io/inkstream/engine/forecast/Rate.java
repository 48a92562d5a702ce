package io.inkstream.engine.forecast;

import java.util.List;

/// How fast the velocity changes: `|V_a - V_b| / (s_b - s_a) / |x_a|`, the mean over the pictures.
final class Rate {
  private Rate() {}

  /// @param distance between the noise levels of the two velocities, above 0
  static double of(
      List<float[]> velocities, List<float[]> earlier, List<float[]> latents, double distance) {
    double sum = 0;
    for (int image = 0; image < velocities.size(); image++) {
      double change = change(velocities.get(image), earlier.get(image));
      sum += change / distance / norm(latents.get(image));
    }
    return sum / velocities.size();
  }

  private static double change(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
