package io.inkstream.server.config;

import io.inkstream.engine.runtime.Device;
import io.inkstream.engine.runtime.DeviceSettings;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Precision.OnDevice;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// The settings of the device and of what it computes in, as they were given.
///
/// @param options `KEY=VALUE`, more of them after commas
public record DeviceTexts(
    Optional<String> device,
    Optional<String> dtype,
    Optional<String> memory,
    Optional<String> tf32,
    Optional<String> deterministic,
    Optional<String> fusedKernels,
    Optional<String> library,
    Optional<String> options) {
  private static final long LEAST_MEMORY = 1L << 20;

  /// Checks them.
  ///
  /// @throws SettingException if a value is not allowed
  public DeviceSettings settings() {
    Device chosen = chosen();
    DeviceSettings usual = DeviceSettings.of(chosen);
    return new DeviceSettings(
        chosen,
        bytes(),
        new Setting("deterministic", deterministic).flag().orElse(usual.deterministic()),
        new Setting("fused-kernels", fusedKernels).flag().orElse(usual.fusedKernels()),
        new Setting("onnxruntime-library", library).parsed("a folder", Path::of),
        new Setting("cuda-options", options)
            .parsed("KEY=VALUE,…", DeviceTexts::pairs)
            .orElse(Map.of()));
  }

  /// Checks what the model computes in.
  ///
  /// @param onProcessor where no other device runs it
  /// @throws SettingException if a value is not allowed
  public Precision precision(Precision onProcessor) {
    DType element = element(chosen());
    boolean rounds = new Setting("tf32", tf32).flag().orElse(true);
    return switch (chosen()) {
      case CPU -> onProcessor;
      case CUDA, EMULATED -> new OnDevice(element, rounds);
    };
  }

  private Device chosen() {
    return new Setting("device", device)
        .parsed("cpu or cuda", DeviceSettings::deviceNamed)
        .orElse(Device.CPU);
  }

  private DType element(Device chosen) {
    var setting = new Setting("dtype", dtype);
    DType element =
        setting
            .parsed("auto, fp32 or bf16", text -> DeviceSettings.elementNamed(text, chosen))
            .orElse(DeviceSettings.element(chosen));
    if (element == DType.BF16 && chosen != Device.CUDA) {
      throw setting.refused("auto or fp32 on " + chosen + ", whose kernels know no bf16");
    }
    return element;
  }

  private OptionalLong bytes() {
    var setting = new Setting("device-memory", memory);
    Optional<Long> bytes = setting.bytes();
    if (bytes.isPresent() && bytes.get() < LEAST_MEMORY) {
      throw setting.refused("a size such as 24G");
    }
    return bytes.map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  private static Map<String, String> pairs(String text) {
    Map<String, String> pairs = new HashMap<>();
    for (String pair : Arrays.asList(text.split(",", -1))) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(pair);
      }
      pairs.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
    }
    return pairs;
  }
}
