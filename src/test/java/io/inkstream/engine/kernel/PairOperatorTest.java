package io.inkstream.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.kernel.LinearOperator.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PairOperatorTest {
  private static final long[] WEIGHT = {16, 32};

  /// What a device was given: a product and its operands' addresses.
  private record Given(Rows product, List<Long> addresses) {}

  private static final class Recording implements FusedKernels {
    final List<Given> given = new ArrayList<>();

    @Override
    public void run(FusedOperator operator, Geometry size, long[] addresses) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void multiply(Rows product, long[] addresses) {
      given.add(new Given(product, LongStream.of(addresses).boxed().toList()));
    }

    @Override
    public boolean multiplyFloat8() {
      return true;
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachProductHasItsOwnOperands(PairOperator pair) {
    var kernels = new Recording();
    int inputs = pair.inputs().size();
    var both = pair.of(shapes(9, 3));

    both.on(kernels, LongStream.range(0, inputs + 2).toArray());

    assertThat(kernels.given)
        .containsExactly(
            new Given(both.first(), operands(0, inputs / 2, inputs)),
            new Given(both.second(), operands(inputs / 2, inputs, inputs + 1)));
    assertThat(both.outputShape(0)).containsExactly(9, 16);
    assertThat(both.outputShape(1)).containsExactly(3, 16);
    assertThat(pair.shapedInputs()).hasSize(shapes(9, 3).size()).allMatch(input -> input < inputs);
  }

  private static List<Long> operands(long from, long to, long output) {
    return LongStream.concat(LongStream.range(from, to), LongStream.of(output)).boxed().toList();
  }

  @ParameterizedTest
  @CsvSource({"9, 0, 9", "0, 3, 3"})
  void aStreamWithoutRowsIsNoProduct(int image, int text, int multiplied) {
    var kernels = new Recording();

    PairOperator.LINEAR.of(shapes(image, text)).on(kernels, new long[6]);

    assertThat(kernels.given)
        .extracting(given -> given.product().rows())
        .containsExactly(multiplied);
  }

  /// Of each: the value, the weight, what has the rows.
  private static List<long[]> shapes(long image, long text) {
    return Stream.of(image, text)
        .flatMap(rows -> Stream.of(new long[] {rows, 32}, WEIGHT, new long[] {rows, 32}))
        .toList();
  }
}
