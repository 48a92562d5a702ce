package io.inkstream.cli.commands;

import io.inkstream.engine.runtime.DeviceSettings;
import io.inkstream.server.config.DeviceTexts;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which device runs the networks. What is not given comes from the server's variables.
class DeviceOptions {
  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "cpu or cuda: what runs the networks. Default: cpu.")
  private @Nullable String device;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "auto, fp32 or bf16: what they compute in. Default: auto, bf16 on cuda.")
  private @Nullable String dtype;

  @Option(
      names = "--device-memory",
      paramLabel = "SIZE",
      description =
          "How much of the card's memory may be used, such as 24G. Weights that do not fit come"
              + " from the host as they are needed. Default: all that is free.")
  private @Nullable String deviceMemory;

  @Option(
      names = "--no-tf32",
      description = "Float32 products on the card do not round their factors: slower, exact.")
  private boolean noTf32;

  @Option(
      names = "--deterministic",
      description = "Take only kernels that give the same bits every time.")
  private boolean deterministic;

  @Option(
      names = "--no-fused-kernels",
      description =
          "Run a block with ONNX Runtime's own operators alone: slower, and what other tools run.")
  private boolean noFusedKernels;

  @Option(
      names = "--onnxruntime-library",
      paramLabel = "DIR",
      description =
          "The folder of ONNX Runtime's libraries for the card. Default: those that come along.")
  private @Nullable String onnxruntimeLibrary;

  @Option(
      names = "--cuda-options",
      paramLabel = "KEY=VALUE,…",
      description = "Further options of ONNX Runtime's CUDA provider, such as sdpa_kernel=8.")
  private @Nullable String cudaOptions;

  /// What was given, by the names of the server's properties.
  Map<String, @Nullable Object> properties() {
    Map<String, @Nullable Object> properties = new LinkedHashMap<>();
    properties.put("inkstream.device", device);
    properties.put("inkstream.dtype", dtype);
    properties.put("inkstream.device-memory", deviceMemory);
    properties.put("inkstream.tf32", noTf32 ? false : null);
    properties.put("inkstream.deterministic", deterministic ? true : null);
    properties.put("inkstream.fused-kernels", noFusedKernels ? false : null);
    properties.put("inkstream.onnxruntime-library", onnxruntimeLibrary);
    properties.put("inkstream.cuda-options", cudaOptions);
    return properties;
  }

  /// @throws io.inkstream.server.config.SettingException if a value is not allowed
  DeviceSettings device() {
    return texts().settings();
  }

  DeviceTexts texts() {
    return new DeviceTexts(
        text("inkstream.device"),
        text("inkstream.dtype"),
        text("inkstream.device-memory"),
        text("inkstream.tf32"),
        text("inkstream.deterministic"),
        text("inkstream.fused-kernels"),
        text("inkstream.onnxruntime-library"),
        text("inkstream.cuda-options"));
  }

  private Optional<String> text(String property) {
    Object given = properties().get(property);
    String variable = property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    return Optional.ofNullable(given == null ? System.getenv(variable) : given.toString());
  }
}
