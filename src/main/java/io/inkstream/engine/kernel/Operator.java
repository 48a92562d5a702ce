package io.inkstream.engine.kernel;

import io.inkstream.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/// An operator of our own inside the graphs.
public sealed interface Operator permits FusedOperator, LinearOperator, PairOperator {
  /// The domain of these operators in an ONNX model.
  String DOMAIN = "io.inkstream";

  /// Version of the domain.
  int VERSION = 1;

  /// What the numbers of an operand are.
  enum Numbers {
    /// Those in which the graph computes: float32 or bfloat16.
    ELEMENT,
    /// e4m3fn of 8 bits.
    FLOAT8,
    /// Signed integers of 8 bits.
    INT8,
    FLOAT32
  }

  /// One use of an operator, on tensors of known extents.
  sealed interface Run permits FusedOperator.Pass, LinearOperator.Rows, PairOperator.Both {
    Operator operator();

    /// The extents of an output.
    long[] outputShape(int output);

    /// Whether there is nothing to make. A device takes no such run: streams may have no rows.
    default boolean isOfNothing() {
      long elements = 0;
      for (int i = 0; i < operator().outputs().size(); i++) {
        elements += new Shape(outputShape(i)).elements();
      }
      return elements == 0;
    }

    /// Gives it to the device; it may return before it is over.
    ///
    /// @param addresses of the inputs, then of the outputs: contiguous tensors
    void on(FusedKernels kernels, long[] addresses);
  }

  /// Its name in an ONNX model.
  String operator();

  List<Numbers> inputs();

  List<Numbers> outputs();

  /// Which inputs' extents [#of] wants.
  List<Integer> shapedInputs();

  /// Its use on such tensors.
  ///
  /// @param shapes of [#shapedInputs]
  /// @throws IllegalArgumentException if they do not go together: kernels do not look where memory
  ///   ends
  Run of(List<long[]> shapes);

  /// So many operands in the element type.
  static List<Numbers> elements(int count) {
    return List.of(filled(count));
  }

  private static Numbers[] filled(int count) {
    Numbers[] all = new Numbers[count];
    Arrays.fill(all, Numbers.ELEMENT);
    return all;
  }
}
