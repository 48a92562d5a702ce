package io.inkstream.engine.runtime;

import static java.lang.foreign.ValueLayout.ADDRESS;

import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Precision.OnDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Writes the options of sessions in the C API.
///
/// @param stream of the device that all sessions share; 0 if there is none
/// @param operators the domain of our own operators for sessions on the device, if there is one
record SessionOptions(
    OrtApi api,
    DeviceSettings device,
    long stream,
    Function<DType, Optional<MemorySegment>> operators) {
  private static final int ERRORS = 3; // ORT_LOGGING_LEVEL_ERROR
  private static final int EXTENDED = 2; // ORT_ENABLE_EXTENDED
  private static final int ALL = 99; // ORT_ENABLE_ALL

  /// Loads the execution provider.
  ///
  /// @throws EngineException if that fails
  void check() {
    if (device.device() == Device.CUDA) {
      try {
        api.release(OrtFunction.RELEASE_CUDA_OPTIONS, cudaOptions(Precision.FAST));
      } catch (EngineException e) {
        throw new EngineException(
            "device is cuda: ONNX Runtime's CUDA libraries do not load: " + e.getMessage(), e);
      }
    }
  }

  /// New options; the caller releases them.
  MemorySegment make(Optional<Path> weightsFolder, SessionSettings session) {
    MemorySegment options = api.create(OrtFunction.CREATE_SESSION_OPTIONS);
    try {
      api.call(OrtFunction.DISABLE_PER_SESSION_THREADS, options);
      api.call(OrtFunction.SET_SESSION_LOG_SEVERITY, options, ERRORS);
      api.call(OrtFunction.SET_OPTIMIZATION_LEVEL, options, session.layout() ? ALL : EXTENDED);
      config(session, weightsFolder).forEach((key, value) -> set(options, key, value));
      if (device.deterministic()) {
        api.call(OrtFunction.SET_DETERMINISTIC_COMPUTE, options, true);
      }
      if (!session.onHost()) {
        operators
            .apply(session.precision().element())
            .ifPresent(domain -> api.call(OrtFunction.ADD_CUSTOM_OP_DOMAIN, options, domain));
      }
      if (!session.onHost() && device.device() == Device.CUDA) {
        appendCuda(options, session.precision());
      }
      return options;
    } catch (RuntimeException e) {
      api.release(OrtFunction.RELEASE_SESSION_OPTIONS, options);
      throw e;
    }
  }

  private static Map<String, String> config(SessionSettings session, Optional<Path> folder) {
    Map<String, String> config = new LinkedHashMap<>();
    folder.ifPresent(path ->
        config.put("session.model_external_initializers_file_folder_path", path.toString()));
    if (!session.foldConstants()) {
      config.put("optimization.disable_specified_optimizers", "ConstantFolding");
    }
    if (!session.prepack()) {
      config.put("session.disable_prepacking", "1");
    }
    return config;
  }

  private void set(MemorySegment options, String key, String value) {
    try (var arena = Arena.ofConfined()) {
      api.call(
          OrtFunction.ADD_SESSION_CONFIG,
          options,
          arena.allocateFrom(key),
          arena.allocateFrom(value));
    }
  }

  private void appendCuda(MemorySegment options, Precision precision) {
    MemorySegment cuda = cudaOptions(precision);
    try {
      api.call(OrtFunction.APPEND_CUDA, options, cuda);
    } finally {
      api.release(OrtFunction.RELEASE_CUDA_OPTIONS, cuda);
    }
  }

  private MemorySegment cudaOptions(Precision precision) {
    MemorySegment cuda = api.create(OrtFunction.CREATE_CUDA_OPTIONS);
    try (var arena = Arena.ofConfined()) {
      Map<String, String> values = cudaValues(precision);
      MemorySegment keys = arena.allocate(ADDRESS, values.size());
      MemorySegment texts = arena.allocate(ADDRESS, values.size());
      int at = 0;
      for (var value : values.entrySet()) {
        keys.setAtIndex(ADDRESS, at, arena.allocateFrom(value.getKey()));
        texts.setAtIndex(ADDRESS, at++, arena.allocateFrom(value.getValue()));
      }
      api.call(OrtFunction.UPDATE_CUDA_OPTIONS, cuda, keys, texts, (long) values.size());
      api.call(
          OrtFunction.UPDATE_CUDA_OPTION_WITH_VALUE,
          cuda,
          arena.allocateFrom("user_compute_stream"),
          MemorySegment.ofAddress(stream));
      return cuda;
    } catch (RuntimeException e) {
      api.release(OrtFunction.RELEASE_CUDA_OPTIONS, cuda);
      throw e;
    }
  }

  private Map<String, String> cudaValues(Precision precision) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("device_id", "0");
    // Working memory as large as it is, and not the next power of two.
    values.put("arena_extend_strategy", "kSameAsRequested");
    values.put("cudnn_conv_algo_search", "HEURISTIC");
    values.put("use_tf32", precision instanceof OnDevice(_, boolean tf32) && tf32 ? "1" : "0");
    values.putAll(device.options());
    values.put("has_user_compute_stream", "1");
    return values;
  }
}
