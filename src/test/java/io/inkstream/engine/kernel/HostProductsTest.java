package io.inkstream.engine.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.engine.tensor.Float8;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Products against their definition, summed in float64.
class HostProductsTest {
  private static final int ROWS = 5;
  private static final int ALL = 9;
  private static final int IN = 32;
  private static final int OUT = 12;

  private final Arena arena = Arena.ofConfined();
  private final Random random = new Random(3);
  private final float[] value = normal(ALL * IN);
  private final float[] weight = normal(OUT * IN);
  private final float[] bias = normal(OUT);

  @AfterEach
  void free() {
    arena.close();
  }

  @Test
  void aProductOfAllRows() {
    var run = LinearOperator.LINEAR.of(shapes(ALL, ALL));

    assertLike(run, product(0, ALL), segment(value), segment(weight));
  }

  @Test
  void productsOfTheFirstRowsAndOfTheLast() {
    MemorySegment like = segment(normal(ROWS));

    var first = LinearOperator.LINEAR_OF_FIRST.of(shapes(ALL, ROWS));
    var last = LinearOperator.LINEAR_OF_LAST.of(shapes(ALL, ROWS));

    assertLike(first, product(0, ROWS), segment(value), segment(weight), like);
    assertLike(last, product(ALL - ROWS, ROWS), segment(value), segment(weight), like);
  }

  @Test
  void geluOfABiasedProduct() {
    double[] expected = product(0, ALL);
    for (int i = 0; i < expected.length; i++) {
      double x = expected[i] + bias[i % OUT];
      expected[i] = 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    }
    var run = LinearOperator.LINEAR_GELU.of(shapes(ALL, ALL));

    assertLike(run, expected, segment(value), segment(weight), segment(bias));
  }

  @Test
  void eightBitsByEightBitsWithAScaleForEachRow() {
    byte[] values = codes(ALL * IN);
    byte[] weights = codes(OUT * IN);
    float[] valueScales = normal(ALL);
    float[] weightScales = normal(OUT);
    for (int i = 0; i < value.length; i++) {
      value[i] = Float8.ofE4m3(values[i]) * valueScales[i / IN];
    }
    for (int i = 0; i < weight.length; i++) {
      weight[i] = Float8.ofE4m3(weights[i]) * weightScales[i / IN];
    }
    var run =
        LinearOperator.LINEAR_FLOAT8.of(
            List.of(new long[] {ALL, IN}, new long[] {OUT, IN}, new long[] {ALL, IN}));

    assertLike(
        run,
        product(0, ALL),
        segment(values),
        segment(valueScales),
        segment(weights),
        segment(weightScales));
  }

  @Test
  void whatDoesNotGoTogetherIsRefusedWithItsExtents() {
    var shapes = List.of(new long[] {4, 8}, new long[] {5, 9}, new long[] {4, 8});

    assertThatThrownBy(() -> LinearOperator.LINEAR.of(shapes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Linear has a value of [4, 8], a weight of [5, 9] and 4 rows, must be of one width"
                + " and as many rows");
  }

  private static List<long[]> shapes(int all, int rows) {
    return List.of(new long[] {all, IN}, new long[] {OUT, IN}, new long[] {rows, 1});
  }

  private double[] product(int first, int rows) {
    double[] product = new double[rows * OUT];
    for (int row = 0; row < rows; row++) {
      for (int o = 0; o < OUT; o++) {
        for (int i = 0; i < IN; i++) {
          product[row * OUT + o] += (double) value[(first + row) * IN + i] * weight[o * IN + i];
        }
      }
    }
    return product;
  }

  private void assertLike(Operator.Run run, double[] expected, MemorySegment... inputs) {
    MemorySegment out = arena.allocate(JAVA_FLOAT, expected.length);
    long[] addresses = new long[inputs.length + 1];
    for (int i = 0; i < inputs.length; i++) {
      addresses[i] = inputs[i].address();
    }
    addresses[inputs.length] = out.address();

    run.on(new HostKernels(), addresses);

    assertThat(run.outputShape(0)).containsExactly(expected.length / OUT, OUT);
    for (int i = 0; i < expected.length; i++) {
      double scale = Math.max(1, Math.abs(expected[i]));
      assertThat((double) out.getAtIndex(JAVA_FLOAT, i))
          .isCloseTo(expected[i], within(1e-5 * scale));
    }
  }

  private float[] normal(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private byte[] codes(int count) {
    byte[] codes = new byte[count];
    for (int i = 0; i < count; i++) {
      codes[i] = Float8.e4m3((float) random.nextGaussian());
    }
    return codes;
  }

  private MemorySegment segment(float[] values) {
    return arena.allocateFrom(JAVA_FLOAT, values);
  }

  private MemorySegment segment(byte[] values) {
    return arena.allocateFrom(JAVA_BYTE, values);
  }
}
