package io.inkstream.engine.cache;

import static io.inkstream.engine.cache.CacheDitKey.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.engine.cache.CacheStats.BranchName;
import io.inkstream.engine.cache.CalibratorConfig.TaylorSeer;
import io.inkstream.engine.tensor.Tensor;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Forecasts added to streams that hold something already, and longer than the blocks in which they
/// are made.
class StreamForecastTest {
  // Odd, and beyond two blocks.
  private static final int LONG = 2501;

  private long open;

  @BeforeEach
  void count() {
    open = Tensor.open();
  }

  @AfterEach
  void nothingStaysOpen() {
    assertThat(Tensor.open()).isEqualTo(open);
  }

  @Test
  void bothStreamsAreForecastFromStepToStep() {
    // Given residuals that grow by 10 and by 3 a step, four of them computed
    var config =
        DBCacheConfig.cacheDitDefaults()
            .with(FN_COMPUTE_BLOCKS, 1)
            .with(BN_COMPUTE_BLOCKS, 1)
            .with(MAX_WARMUP_STEPS, 4)
            .with(RESIDUAL_DIFF_THRESHOLD, 1.0)
            .with(ENABLE_TAYLORSEER, true)
            .with(TAYLORSEER_ORDER, 1);
    try (var cache = new DBCache(config, 1);
        var zero = Tensor.zeros(2)) {
      for (int step = 0; step < 4; step++) {
        try (var image = filled(2, 10 * step);
            var text = filled(2, 3 * step)) {
          var forward = cache.begin(BranchName.MAIN);
          forward.decide(List.of(zero), List.of(image));
          forward.computed(List.of(zero), List.of(image), List.of(zero), List.of(text));
        }
      }
      for (int step = 4; step < 7; step++) {
        // When
        try (var image = filled(2, 100);
            var text = filled(2, 200)) {
          var forward = cache.begin(BranchName.MAIN);
          forward.decide(List.of(image), List.of(image));
          forward.reuse(List.of(image), List.of(text));

          // Then
          assertThat(image.toArray()).containsOnly(100 + 10 * step);
          assertThat(text.toArray()).containsOnly(200 + 3 * step);
        }
      }
    }
  }

  @Test
  void taylorSeerForecastsEveryElementOfALongStream() {
    try (var calibrator = Calibrator.of(new TaylorSeer(1))) {
      for (int step = 0; step < 4; step++) {
        compute(calibrator, line(step));
      }

      assertForecast(calibrator, line(4), 1e-2);
    }
  }

  @Test
  void dmdForecastsEveryElementOfALongStream() {
    try (var calibrator = Calibrator.of(CacheFixtures.DMD)) {
      for (int step = 0; step < 6; step++) {
        compute(calibrator, decay(step));
      }

      assertForecast(calibrator, decay(6), 1e-3);
    }
  }

  @Test
  void dmdDrawsALineThroughThreeResiduals() {
    try (var calibrator = Calibrator.of(CacheFixtures.DMD)) {
      for (int step = 0; step < 4; step++) {
        if (step != 2) {
          compute(calibrator, line(step));
        } else {
          calibrator.markStepBegin();
        }
      }

      // The change of three steps, divided by the two since the last: steeper than it was.
      assertForecast(calibrator, i -> line(3).applyAsDouble(i) + 1.5 * i, 1e-2);
    }
  }

  @Test
  void anotherShapeForgetsThePath() {
    for (CalibratorConfig config : List.of(new TaylorSeer(2), CacheFixtures.DMD)) {
      try (var calibrator = Calibrator.of(config)) {
        for (int step = 0; step < 6; step++) {
          compute(calibrator, line(step));
        }

        // When another text length comes, as at the beginning of a path
        calibrator.markStepBegin();
        try (var zero = Tensor.zeros(3);
            var residual = filled(3, 7);
            var stream = filled(3, 1)) {
          calibrator.update(List.of(zero), List.of(residual));
          calibrator.markStepBegin();
          calibrator.addTo(List.of(stream));

          assertThat(stream.toArray()).containsOnly(8);
        }
      }
    }
  }

  @Test
  void innerProductsTakeEveryElement() {
    try (var ones = filled(LONG, 1);
        var rising = tensor(i -> i);
        var short3 = filled(3, 2)) {
      double[][] gram = Gram.of(List.of(ones, rising));

      assertThat(gram[0][0]).isEqualTo(LONG);
      assertThat(gram[0][1]).isEqualTo(LONG * (LONG - 1) / 2.0);
      assertThat(gram[1][0]).isEqualTo(gram[0][1]);
      assertThat(gram[1][1]).isEqualTo((LONG - 1.0) * LONG * (2.0 * LONG - 1) / 6);
      assertThat(Gram.of(List.of(short3))[0][0]).isEqualTo(12);
    }
  }

  private static void compute(Calibrator calibrator, IntToDoubleFunction residual) {
    calibrator.markStepBegin();
    try (var before = filled(LONG, 5);
        var after = tensor(i -> 5 + residual.applyAsDouble(i))) {
      calibrator.update(List.of(before), List.of(after));
    }
  }

  private static void assertForecast(
      Calibrator calibrator, IntToDoubleFunction expected, double tolerance) {
    calibrator.markStepBegin();
    try (var stream = tensor(i -> 100 - i)) {
      calibrator.addTo(List.of(stream));

      float[] values = stream.toArray();
      for (int i = 0; i < LONG; i++) {
        assertThat((double) values[i])
            .isCloseTo(100 - i + expected.applyAsDouble(i), within(tolerance));
      }
    }
  }

  private static IntToDoubleFunction line(int step) {
    return i -> 1 + (double) i * step;
  }

  private static IntToDoubleFunction decay(int step) {
    return i -> (i % 17 + 1) * Math.pow(0.9, step) + (i % 5 - 2) * 3 * Math.pow(0.5, step);
  }

  private static Tensor filled(int length, double value) {
    return tensor(_ -> value, length);
  }

  private static Tensor tensor(IntToDoubleFunction values) {
    return tensor(values, LONG);
  }

  private static Tensor tensor(IntToDoubleFunction values, int length) {
    float[] elements = new float[length];
    for (int i = 0; i < length; i++) {
      elements[i] = (float) values.applyAsDouble(i);
    }
    return Tensor.of(elements, length);
  }
}
