package io.inkstream.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.Goldens;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchGeneratorGoldenTest {
  private static final double TOLERANCE = 2e-6;
  private static final Pattern SEED = Pattern.compile("\\.seed(\\d+)\\.");

  private final GoldenTensors golden = GoldenTensors.open("rng");

  @ParameterizedTest
  @ValueSource(strings = {"f32", "bf16", "f16"})
  void drawsWhatTorchDraws(String prefix) {
    DType type = DType.named(prefix.toUpperCase(Locale.ROOT)).orElseThrow();
    List<String> names = named(prefix + ".");
    Goldens.assumeRecorded(names);
    for (String name : names) {
      // Given
      double[] expected = golden.doubles(name);
      TorchGenerator generator = new TorchGenerator(seed(name));
      // When
      double[] drawn = draw(generator, expected.length, type);
      // Then
      assertClose(name, drawn, expected);
    }
  }

  @Test
  void successiveCallsContinueTheSequence() {
    TreeMap<Long, TorchGenerator> generators = new TreeMap<>();
    List<String> names = named("f32seq.");
    Goldens.assumeRecorded(names);
    names.sort(null);
    for (String name : names) {
      // Given
      double[] expected = golden.doubles(name);
      TorchGenerator generator = generators.computeIfAbsent(seed(name), TorchGenerator::new);
      // When
      double[] drawn = draw(generator, expected.length, DType.F32);
      // Then
      assertClose(name, drawn, expected);
    }
  }

  @Test
  void everyKindOfNoiseIsCovered() {
    List<String> others = golden.names();
    for (String prefix : Set.of("f32.", "bf16.", "f16.", "f32seq.")) {
      others.removeAll(named(prefix));
    }
    assertThat(others).allMatch(name -> name.startsWith("rand.") || name.startsWith("f64."));
  }

  private static double[] draw(TorchGenerator generator, int n, DType type) {
    float[] drawn = generator.randn(n, type);
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = drawn[i];
    }
    return values;
  }

  private static void assertClose(String name, double[] actual, double[] expected) {
    assertThat(actual).as(name).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("%s[%d]", name, i).isCloseTo(expected[i], within(TOLERANCE));
    }
  }

  private List<String> named(String prefix) {
    List<String> names = golden.names();
    names.removeIf(name -> !name.startsWith(prefix));
    return names;
  }

  private static long seed(String name) {
    Matcher seed = SEED.matcher(name);
    assertThat(seed.find()).as(name).isTrue();
    return Long.parseLong(seed.group(1));
  }
}
