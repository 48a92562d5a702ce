package io.inkstream.engine.runtime;

import io.inkstream.engine.device.CText;
import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.tensor.DType;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// An execution provider of ONNX Runtime's that is told by its name and its options:
/// [OpenVINO](https://onnxruntime.ai/docs/execution-providers/OpenVINO-ExecutionProvider.html),
/// [MIGraphX](https://onnxruntime.ai/docs/execution-providers/MIGraphX-ExecutionProvider.html),
/// [TensorRT](https://onnxruntime.ai/docs/execution-providers/TensorRT-ExecutionProvider.html) or
/// [Core ML](https://onnxruntime.ai/docs/execution-providers/CoreML-ExecutionProvider.html). What
/// it cannot run of a graph, ONNX Runtime runs on the processor.
record NamedProvider(OrtApi api, RuntimeSettings settings) {
  /// OpenVINO's: of one that it does not know, it tells its log and nobody else.
  private static final Set<String> OPENVINO =
      Set.of(
          "cache_dir",
          "device_id",
          "device_luid",
          "device_type",
          "disable_dynamic_shapes",
          "enable_causallm",
          "enable_opencl_throttling",
          "enable_qdq_optimizer",
          "layout",
          "load_config",
          "model_priority",
          "num_of_threads",
          "num_streams",
          "precision",
          "reshape_input");

  private static final String FAILED = " : FAIL : ";

  /// What it makes of others is nothing: ONNX Runtime would run all of it.
  private static final Pattern OPENVINO_DEVICES = Pattern.compile("(CPU|NPU|GPU(\\.\\d{1,2})?)");

  /// Loads it.
  ///
  /// @throws EngineException if that fails, or an option of it is unknown
  static NamedProvider start(OrtApi api, RuntimeSettings settings) {
    var provider = new NamedProvider(api, settings);
    provider.requireKnown();
    long options = api.get(OrtFunction.CREATE_SESSION_OPTIONS);
    try {
      provider.appendTo(options);
    } catch (EngineException e) {
      throw new EngineException(
          "device is %s: ONNX Runtime %s does not load it: %s%s"
              .formatted(settings.device(), api.version(), said(e), provider.reason()),
          e);
    } finally {
      api.release(OrtFunction.RELEASE_SESSION_OPTIONS, options);
    }
    return provider;
  }

  /// Without the places in the library's sources.
  private static String said(EngineException e) {
    String message = String.valueOf(e.getMessage());
    int places = message.lastIndexOf(FAILED);
    return places < 0 ? message : message.substring(places + FAILED.length());
  }

  /// OpenVINO tells its reasons to the library's log.
  private String reason() {
    return settings.device().kind() == Device.Kind.OPENVINO ? ", for the reason above" : "";
  }

  private void requireKnown() {
    if (settings.device().kind() == Device.Kind.OPENVINO) {
      String type = openVinoDevice();
      if (!OPENVINO_DEVICES.matcher(type).matches()) {
        throw new EngineException(
            "provider-options has device_type \"%s\", must be CPU, GPU, GPU.1 or NPU"
                .formatted(type));
      }
      for (String option : new TreeSet<>(asked().keySet())) {
        if (!OPENVINO.contains(option)) {
          throw new EngineException(
              "provider-options has \"%s\", must be of openvino's: %s"
                  .formatted(option, String.join(", ", new TreeSet<>(OPENVINO))));
        }
      }
    }
  }

  /// Makes sessions of these options run on it.
  void appendTo(long sessionOptions) {
    switch (settings.device().kind()) {
      case OPENVINO -> append(sessionOptions, "OpenVINO");
      case MIGRAPHX -> append(sessionOptions, "MIGraphX");
      case COREML -> append(sessionOptions, "CoreML");
      case TENSORRT -> appendTensorRt(sessionOptions);
      case CPU, CUDA, EMULATED -> throw new IllegalStateException(settings.device() + " is none");
    }
  }

  private void append(long sessionOptions, String name) {
    try (var arena = Arena.ofConfined()) {
      var texts = OptionTexts.of(options(), arena);
      api.call(
          OrtFunction.APPEND_PROVIDER,
          sessionOptions,
          CText.of(name, arena),
          texts.keys(),
          texts.values(),
          texts.count());
    }
  }

  private void appendTensorRt(long sessionOptions) {
    long options = api.get(OrtFunction.CREATE_TENSORRT_OPTIONS);
    try (var arena = Arena.ofConfined()) {
      var texts = OptionTexts.of(options(), arena);
      api.call(
          OrtFunction.UPDATE_TENSORRT_OPTIONS,
          options,
          texts.keys(),
          texts.values(),
          texts.count());
      api.call(OrtFunction.APPEND_TENSORRT, sessionOptions, options);
    } finally {
      api.release(OrtFunction.RELEASE_TENSORRT_OPTIONS, options);
    }
  }

  private Map<String, String> asked() {
    var options = settings.deviceSettings().options();
    return settings.device().kind().takesHostTensors() ? options : DeviceTuning.others(options);
  }

  private Map<String, String> options() {
    Map<String, String> all = new TreeMap<>(usual());
    all.putAll(asked());
    return all;
  }

  private Map<String, String> usual() {
    boolean bf16 = settings.deviceSettings().inside() == DType.BF16;
    return switch (settings.device().kind()) {
      case OPENVINO -> openVino(bf16 ? "bf16" : "f32");
      case MIGRAPHX -> numbered("migraphx_bf16_enable", bf16);
      case TENSORRT -> numbered("trt_bf16_enable", bf16);
      case COREML -> Map.of("ModelFormat", "MLProgram");
      case CPU, CUDA, EMULATED -> Map.of();
    };
  }

  /// Without the hint, OpenVINO takes bf16 wherever the processor has it.
  private Map<String, String> openVino(String hint) {
    return Map.of(
        "device_type",
        openVinoDevice(),
        "num_of_threads",
        String.valueOf(settings.effectiveThreads()),
        "load_config",
        "{\"%s\":{\"INFERENCE_PRECISION_HINT\":\"%s\"}}".formatted(openVinoDevice(), hint));
  }

  private String openVinoDevice() {
    return asked().getOrDefault("device_type", "CPU");
  }

  private Map<String, String> numbered(String brief, boolean isBrief) {
    Map<String, String> options = new HashMap<>();
    options.put("device_id", String.valueOf(settings.device().ordinal()));
    if (isBrief) {
      options.put(brief, "1");
    }
    return options;
  }
}
