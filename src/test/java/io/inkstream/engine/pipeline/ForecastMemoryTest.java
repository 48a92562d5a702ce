package io.inkstream.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.forecast.ForecastPolicy;
import io.inkstream.engine.forecast.VelocityForecast;
import io.inkstream.engine.image.ImageFormat;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a forecast keeps on the heap, measured, and what admission counts for it.
class ForecastMemoryTest {
  private static final int STEPS = 50;
  private static final LatentSize SIZE = LatentSize.ofPixels(2048, 2048, 8);
  private static final int NUMBERS = Math.toIntExact(SIZE.tokens()) * 64;
  private static final long COPY = (long) NUMBERS * Float.BYTES;
  // Both branches' velocities, while a step is computed.
  private static final int FRESH = 2;

  static Stream<ForecastPolicy> policies() {
    return Stream.of(
        new ForecastPolicy.BothEnds(0.5),
        new ForecastPolicy.Guarded(0.34, 0.02),
        new ForecastPolicy.PowerLaw(0.5),
        new ForecastPolicy.MeanCache(25),
        new ForecastPolicy.MeanCache(17));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void whatIsKeptBetweenStepsIsCounted(ForecastPolicy policy) {
    // Given
    long before = used();
    var latents = List.of(new float[NUMBERS]);
    var forecast = new VelocityForecast(policy, sigmas());
    double most = 0;

    // When
    for (int step = 0; step < STEPS; step++) {
      if (forecast.computes(step)) {
        forecast.computed(step, latents, List.of(velocity(step)));
        most = Math.max(most, (used() - before) / (double) COPY);
      }
      forecast.advance(step, latents);
    }

    // Then: the latents, those of the gap's begin, and the velocities that are weighed
    long counted = need().peak() / COPY;
    assertThat(most).isGreaterThan(4.9).isLessThan(counted - FRESH + 0.1);
    assertThat(latents.getFirst()[0]).isNotZero();
  }

  private static HeapNeed need() {
    var load = Load.ofOnePicture(SIZE, STEPS);
    return HeapNeed.of(load, ImageFormat.PNG.encoder(OptionalInt.empty()));
  }

  private static float[] velocity(int step) {
    float[] velocity = new float[NUMBERS];
    Arrays.fill(velocity, 1 + step);
    return velocity;
  }

  private static float[] sigmas() {
    float[] sigmas = new float[STEPS + 1];
    for (int step = 0; step < STEPS; step++) {
      sigmas[step] = 1 - step / (float) STEPS;
    }
    return sigmas;
  }

  private static long used() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
