package io.inkstream.engine.kernel;

/// Runs [FusedOperator]s where the tensors lie.
public interface FusedKernels {
  /// Gives a run to the device; it may return before the run is over.
  ///
  /// @param addresses of the inputs, then of the outputs, contiguous tensors in the element type
  ///   that these kernels compute in
  void run(FusedOperator operator, Geometry size, long[] addresses);
}
