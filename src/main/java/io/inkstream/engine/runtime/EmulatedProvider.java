package io.inkstream.engine.runtime;

import io.inkstream.engine.tensor.DType;
import java.util.Optional;

/// ONNX Runtime on the processor, over an emulated device's memory. For tests.
///
/// @param alone whether it is as providers are that run in a stream of their own and know the
///   standard's older operators alone
record EmulatedProvider(Place place, boolean alone) implements DeviceProvider {
  @Override
  public void appendTo(long sessionOptions, boolean tf32) {
    // Sessions are on the processor anyway.
  }

  @Override
  public boolean isInStream() {
    return !alone;
  }

  @Override
  public boolean takes(DType element) {
    return element == DType.F32;
  }

  @Override
  public boolean knowsNewOperators() {
    return !alone;
  }

  @Override
  public Optional<String> forOperators(DType element) {
    return alone ? Optional.empty() : Optional.of("CPUExecutionProvider");
  }
}
