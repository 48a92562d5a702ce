package io.inkstream.engine.kernel;

import static io.inkstream.engine.kernel.Operator.Numbers.ELEMENT;
import static io.inkstream.engine.kernel.Operator.Numbers.FLOAT32;
import static io.inkstream.engine.kernel.Operator.Numbers.FLOAT8;

import java.util.Arrays;
import java.util.List;

/// Products with a weight `[out, in]`, `value · weightᵀ`, in forms that ONNX Runtime's have not.
public enum LinearOperator implements Operator {
  /// `value [rows, in], weight` → `[rows, out]`.
  LINEAR("Linear", Operator.elements(2)),
  /// `value [rows, in], weight, bias [out]` → GELU(value · weightᵀ + bias) by its tanh form.
  LINEAR_GELU("LinearGelu", Operator.elements(3)),
  /// `value [all, in], weight, like [rows, any]` → that of the value's first rows, as many as
  /// `like` has.
  LINEAR_OF_FIRST("LinearOfFirst", Operator.elements(3)),
  /// The same of its last rows.
  LINEAR_OF_LAST("LinearOfLast", Operator.elements(3)),
  /// `value [rows, in]`, its rows' scales `[rows, 1]`, `weight`, its rows' scales `[out, 1]` →
  /// `[rows, out]`, both of 8 bits, multiplied as they are.
  LINEAR_FLOAT8("LinearFloat8", List.of(FLOAT8, FLOAT32, FLOAT8, FLOAT32));

  private final String operator;
  private final List<Numbers> inputs;

  LinearOperator(String operator, List<Numbers> inputs) {
    this.operator = operator;
    this.inputs = inputs;
  }

  @Override
  public String operator() {
    return operator;
  }

  @Override
  public List<Numbers> inputs() {
    return inputs;
  }

  @Override
  public List<Numbers> outputs() {
    return List.of(ELEMENT);
  }

  /// The value's, the weight's, that of what has the rows.
  @Override
  public List<Integer> shapedInputs() {
    return switch (this) {
      case LINEAR, LINEAR_GELU -> List.of(0, 1, 0);
      case LINEAR_OF_FIRST, LINEAR_OF_LAST -> List.of(0, 1, 2);
      case LINEAR_FLOAT8 -> List.of(0, 2, 0);
    };
  }

  @Override
  public Rows of(List<long[]> shapes) {
    long[] value = shapes.get(0);
    long[] weight = shapes.get(1);
    long rows = shapes.get(2)[0];
    if (value.length != 2 || weight.length != 2 || value[1] != weight[1] || rows > value[0]) {
      throw new IllegalArgumentException(
          "%s has a value of %s, a weight of %s and %d rows, must be of one width and as many rows"
              .formatted(operator, Arrays.toString(value), Arrays.toString(weight), rows));
    }
    long first = this == LINEAR_OF_LAST ? value[0] - rows : 0;
    return new Rows(
        this,
        Math.toIntExact(rows),
        Math.toIntExact(value[1]),
        Math.toIntExact(weight[0]),
        Math.toIntExact(first));
  }

  /// One product.
  ///
  /// @param rows of the value that are multiplied
  /// @param in width of the value
  /// @param out rows of the weight
  /// @param first of the value's rows
  public record Rows(LinearOperator operator, int rows, int in, int out, int first) implements Run {
    @Override
    public long[] outputShape(int output) {
      return new long[] {rows, out};
    }

    @Override
    public void on(FusedKernels kernels, long[] addresses) {
      kernels.multiply(this, addresses);
    }
  }
}
