package io.inkstream;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.runtime.DeviceSettings;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.tensor.DType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Builds of ONNX Runtime with other execution providers, where there are any: a folder named like
/// the device for each, in the one that INKSTREAM_PROVIDERS names.
public final class Providers {
  private Providers() {}

  /// The folder of a device's libraries; without one, the test is skipped.
  public static Path folder(String device) {
    var folder =
        Optional.ofNullable(System.getenv("INKSTREAM_PROVIDERS"))
            .map(all -> Path.of(all, device))
            .filter(Files::isDirectory);
    assumeTrue(folder.isPresent(), "INKSTREAM_PROVIDERS has no folder " + device);
    return folder.orElseThrow();
  }

  /// OpenVINO on this processor, in float32.
  public static OnnxRuntime openVino() {
    return OnnxRuntime.start(settings("openvino", Map.of(), DType.F32));
  }

  /// A device with its own build of the library.
  public static RuntimeSettings settings(String device, Map<String, String> options, DType inside) {
    return settings(device, Optional.of(folder(device)), options, inside);
  }

  /// A device with the library of a folder, or the one that comes along.
  public static RuntimeSettings settings(
      String device, Optional<Path> library, Map<String, String> options, DType inside) {
    return new RuntimeSettings(
        0,
        true,
        new DeviceSettings(
            Device.named(device), OptionalLong.empty(), false, true, library, options, inside));
  }
}
