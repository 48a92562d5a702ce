package io.inkstream.engine.runtime;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.tensor.DType;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Which device runs the networks, and how.
///
/// @param memory bytes of the device that may be used; empty means all that is free
/// @param deterministic whether only kernels that give the same bits every time are taken
/// @param fusedKernels whether operators of our own run between the matrix products, where they can
/// @param library the folder of ONNX Runtime's libraries; empty means those that come along
/// @param options further options of the execution provider, by the library's names for them
/// @param inside what a provider that takes float32 tensors alone computes in between them: `F32`
///   or `BF16`; elsewhere the model's precision says it
public record DeviceSettings(
    Device device,
    OptionalLong memory,
    boolean deterministic,
    boolean fusedKernels,
    Optional<Path> library,
    Map<String, String> options,
    DType inside) {
  /// The processor, in float32.
  public static final DeviceSettings CPU = of(Device.CPU);

  public DeviceSettings {
    options = Map.copyOf(options);
  }

  /// A device with its defaults.
  public static DeviceSettings of(Device device) {
    return new DeviceSettings(
        device, OptionalLong.empty(), false, true, Optional.empty(), Map.of(), DType.F32);
  }

  /// The same for another device.
  public DeviceSettings on(Device other) {
    return new DeviceSettings(other, memory, deterministic, fusedKernels, library, options, inside);
  }

  /// The usual element type of a device.
  public static DType element(Device device) {
    return device.kind() == Device.Kind.CUDA ? DType.BF16 : DType.F32;
  }
}
