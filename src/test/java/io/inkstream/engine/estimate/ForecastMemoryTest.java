package io.inkstream.engine.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.forecast.ForecastPolicy;
import io.inkstream.engine.forecast.VelocityForecast;
import io.inkstream.engine.image.ImageFormat;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

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

  @Test
  void whatIsKeptBetweenStepsIsCounted() throws IOException {
    // Given: the latents, those of the gap's begin, and the velocities that are weighed
    long counted = need().peak() / COPY;

    // When
    List<String> most = inAMachineOfItsOwn();

    // Then
    assertThat(most).hasSize((int) policies().count());
    assertThat(most)
        .allSatisfy(kept ->
            assertThat(Double.parseDouble(kept))
                .isGreaterThan(4.9)
                .isLessThan(counted - FRESH + 0.1));
  }

  /// Collecting garbage to measure stops a whole Java machine, and the event loops of other tests.
  private static List<String> inAMachineOfItsOwn() throws IOException {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                classPath(),
                ForecastMemoryTest.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var lines = process.inputReader()) {
      return lines.lines().toList();
    }
  }

  private static String classPath() {
    return Stream.of(ForecastMemoryTest.class, VelocityForecast.class, Assertions.class, Test.class)
        .map(of -> Path.of(URI.create(of.getProtectionDomain().getCodeSource().getLocation() + "")))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /// Prints for each policy how many copies of the latents' size it keeps at most.
  public static void main(String[] args) {
    policies().forEach(policy -> System.out.println(mostKept(policy)));
  }

  private static double mostKept(ForecastPolicy policy) {
    long before = used();
    var latents = List.of(new float[NUMBERS]);
    var forecast = new VelocityForecast(policy, sigmas());
    double most = 0;
    for (int step = 0; step < STEPS; step++) {
      if (forecast.computes(step)) {
        forecast.computed(step, latents, List.of(velocity(step)));
        most = Math.max(most, (used() - before) / (double) COPY);
      }
      forecast.advance(step, latents);
    }
    return latents.getFirst()[0] == 0 ? 0 : most; // and so are not garbage before
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
