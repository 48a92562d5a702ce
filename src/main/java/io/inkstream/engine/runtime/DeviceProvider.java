package io.inkstream.engine.runtime;

import io.inkstream.engine.tensor.DType;
import java.util.Optional;

/// What runs a device's sessions within ONNX Runtime, and what it takes.
sealed interface DeviceProvider permits CudaProvider, MigraphXProvider, EmulatedProvider {
  /// Where inputs and outputs of its sessions lie.
  Place place();

  /// Makes sessions of these options run on the device.
  ///
  /// @param tf32 whether float32 products may round their factors to 10 bits of mantissa
  void appendTo(long sessionOptions, boolean tf32);

  /// Whether it runs sessions in the driver's stream of runs, see `DeviceQueue`.
  boolean isInStream();

  /// Whether it takes tensors of that type.
  boolean takes(DType element);

  /// Whether graphs may have operators of ONNX Runtime's own, and the newest of the standard's.
  boolean knowsNewOperators();

  /// Its name to operators of our own, if it runs them over tensors of that type.
  Optional<String> forOperators(DType element);
}
