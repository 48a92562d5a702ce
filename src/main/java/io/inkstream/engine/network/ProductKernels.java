package io.inkstream.engine.network;

/// Whose products a block of our own operators has.
public enum ProductKernels {
  /// ONNX Runtime's.
  LIBRARY,
  /// Those of `kernel.LinearOperator`.
  OWN,
  /// The same, and weights that are stored in `F8_E4M3` are multiplied as they are, by values that
  /// become so for it.
  OWN_FLOAT8
}
