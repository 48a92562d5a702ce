package io.inkstream.engine.kernel;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// [LinearOperator]s of two streams, the picture's and the text's, at the same time: what reads the
/// weights for a few rows of text leaves most of a card to the other.
///
/// Operands are those of the first, then those of the second.
public enum PairOperator implements Operator {
  LINEAR(LinearOperator.LINEAR, LinearOperator.LINEAR),
  LINEAR_GELU(LinearOperator.LINEAR_GELU, LinearOperator.LINEAR_GELU),
  /// Of the last rows of a value and of the first rows of one.
  LINEAR_OF_ENDS(LinearOperator.LINEAR_OF_LAST, LinearOperator.LINEAR_OF_FIRST),
  LINEAR_FLOAT8(LinearOperator.LINEAR_FLOAT8, LinearOperator.LINEAR_FLOAT8);

  private final LinearOperator first;
  private final LinearOperator second;
  private final List<Numbers> inputs;
  private final List<Numbers> outputs;
  private final List<Integer> shapedInputs;

  PairOperator(LinearOperator first, LinearOperator second) {
    this.first = first;
    this.second = second;
    this.inputs = joined(first.inputs(), second.inputs());
    this.outputs = joined(first.outputs(), second.outputs());
    int behind = first.inputs().size();
    this.shapedInputs =
        joined(
            first.shapedInputs(),
            second.shapedInputs().stream().map(input -> input + behind).toList());
  }

  private static <T> List<T> joined(List<T> first, List<T> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  @Override
  public String operator() {
    return first.operator() + "And" + second.operator();
  }

  @Override
  public List<Numbers> inputs() {
    return inputs;
  }

  @Override
  public List<Numbers> outputs() {
    return outputs;
  }

  @Override
  public List<Integer> shapedInputs() {
    return shapedInputs;
  }

  @Override
  public Both of(List<long[]> shapes) {
    int behind = first.shapedInputs().size();
    return new Both(
        this,
        first.of(shapes.subList(0, behind)),
        second.of(shapes.subList(behind, shapes.size())));
  }

  /// Two products, neither of which reads what the other makes.
  public record Both(PairOperator operator, LinearOperator.Rows first, LinearOperator.Rows second)
      implements Run {
    @Override
    public long[] outputShape(int output) {
      return (output == 0 ? first : second).outputShape(0);
    }

    @Override
    public void on(FusedKernels kernels, long[] addresses) {
      int behind = first.operator().inputs().size();
      int outputs = addresses.length - 2;
      long[] ofFirst = operands(addresses, 0, behind, outputs);
      long[] ofSecond = operands(addresses, behind, outputs, outputs + 1);
      if (first.isOfNothing()) {
        second.on(kernels, ofSecond);
      } else if (second.isOfNothing()) {
        first.on(kernels, ofFirst);
      } else {
        kernels.multiply(first, ofFirst, second, ofSecond);
      }
    }

    private static long[] operands(long[] all, int from, int to, int output) {
      long[] own = Arrays.copyOfRange(all, from, to + 1);
      own[to - from] = all[output];
      return own;
    }
  }
}
