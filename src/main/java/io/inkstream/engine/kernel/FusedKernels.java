package io.inkstream.engine.kernel;

/// Runs [Operator]s where the tensors lie. What is given may be under way when a call returns.
///
/// Addresses are those of the inputs, then of the outputs: contiguous tensors, in the element type
/// that these kernels compute in unless the operator says otherwise.
public interface FusedKernels {
  void run(FusedOperator operator, Geometry size, long[] addresses);

  void multiply(LinearOperator.Rows product, long[] addresses);

  /// Two products that may run at the same time: neither reads what the other makes.
  default void multiply(
      LinearOperator.Rows first, long[] ofFirst, LinearOperator.Rows second, long[] ofSecond) {
    multiply(first, ofFirst);
    multiply(second, ofSecond);
  }

  /// Whether [LinearOperator#LINEAR_FLOAT8] runs here.
  boolean multiplyFloat8();
}
