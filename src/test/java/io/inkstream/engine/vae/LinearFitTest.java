package io.inkstream.engine.vae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LinearFitTest {
  @Test
  void findsALinearMapAndItsConstant() {
    // Given
    var random = new Random(1);
    var fit = new LinearFit(3, 2);
    for (int i = 0; i < 50; i++) {
      double[] x = {random.nextGaussian(), random.nextGaussian(), random.nextGaussian()};
      fit.add(x, new double[] {2 * x[0] - x[1] + 0.5, 3 * x[2] - 1});
    }

    // When
    float[][] factors = fit.solve();

    // Then
    assertThat(factors[0]).containsExactly(new float[] {2, -1, 0, 0.5f}, within(1e-4f));
    assertThat(factors[1]).containsExactly(new float[] {0, 0, 3, -1}, within(1e-4f));
  }

  @Test
  void inputsThatSayTheSameShareTheFactor() {
    var fit = new LinearFit(2, 1);
    for (int i = -5; i <= 5; i++) {
      fit.add(new double[] {i, i}, new double[] {4.0 * i});
    }
    assertThat(fit.solve()[0]).containsExactly(new float[] {2, 2, 0}, within(1e-3f));
  }
}
