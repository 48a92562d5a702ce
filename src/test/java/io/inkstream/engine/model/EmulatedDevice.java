package io.inkstream.engine.model;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.Parallelism;
import io.inkstream.engine.runtime.DeviceSettings;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.runtime.Runtimes;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision.OnDevice;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// The code for devices on the processor. `INKSTREAM_ONNXRUNTIME_LIBRARY` may name the folder of
/// another version of ONNX Runtime.
public final class EmulatedDevice {
  /// The only one that it has.
  public static final OnDevice PRECISION = new OnDevice(DType.F32, true);

  private static final int FIRST_OF_SEVERAL = 400;

  private EmulatedDevice() {}

  public static OnnxRuntime runtime() {
    return runtime(0);
  }

  /// One of many in this process.
  public static OnnxRuntime runtime(int ordinal) {
    return runtime(ordinal, OptionalLong.empty());
  }

  /// Several, of a number that no test with a memory of its own has.
  public static Runtimes runtimes(Parallelism parallelism) {
    var first = new Device(Device.Kind.EMULATED, FIRST_OF_SEVERAL);
    return new Runtimes(
        parallelism,
        parallelism.devices(first, 0).stream().map(device -> runtime(device.ordinal())).toList());
  }

  /// The same with so many bytes of memory.
  public static OnnxRuntime runtime(int ordinal, OptionalLong memory) {
    var library = Optional.ofNullable(System.getenv("INKSTREAM_ONNXRUNTIME_LIBRARY")).map(Path::of);
    return OnnxRuntime.start(
        new RuntimeSettings(
            0,
            true,
            new DeviceSettings(
                new Device(Device.Kind.EMULATED, ordinal),
                memory,
                false,
                true,
                library,
                Map.of(),
                DType.F32)));
  }
}
