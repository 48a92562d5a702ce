package io.inkstream.engine.runtime;

import io.inkstream.engine.device.CText;
import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.tensor.DType;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// ONNX Runtime's execution provider for a card of NVIDIA's.
///
/// @param stream of the card that all sessions share
record CudaProvider(OrtApi api, DeviceSettings settings, long stream, Place place)
    implements DeviceProvider {
  /// Loads it.
  ///
  /// @throws EngineException if that fails
  static CudaProvider start(OrtApi api, DeviceSettings settings, long stream) {
    var place = Place.of(api, "Cuda", "gpu", settings.device().ordinal());
    var provider = new CudaProvider(api, settings, stream, place);
    try {
      api.release(OrtFunction.RELEASE_CUDA_OPTIONS, provider.options(false));
    } catch (EngineException e) {
      throw new EngineException(
          "device is cuda: ONNX Runtime's CUDA libraries do not load: " + e.getMessage(), e);
    }
    return provider;
  }

  @Override
  public void appendTo(long sessionOptions, boolean tf32) {
    long options = options(tf32);
    try {
      api.call(OrtFunction.APPEND_CUDA, sessionOptions, options);
    } finally {
      api.release(OrtFunction.RELEASE_CUDA_OPTIONS, options);
    }
  }

  @Override
  public boolean isInStream() {
    return true;
  }

  @Override
  public boolean takes(DType element) {
    return true;
  }

  @Override
  public boolean knowsNewOperators() {
    return true;
  }

  /// They compute in bfloat16 alone there.
  @Override
  public Optional<String> forOperators(DType element) {
    return element == DType.BF16 ? Optional.of("CUDAExecutionProvider") : Optional.empty();
  }

  private long options(boolean tf32) {
    long options = api.get(OrtFunction.CREATE_CUDA_OPTIONS);
    try (var arena = Arena.ofConfined()) {
      var texts = OptionTexts.of(values(tf32), arena);
      api.call(
          OrtFunction.UPDATE_CUDA_OPTIONS, options, texts.keys(), texts.values(), texts.count());
      long name = CText.of("user_compute_stream", arena);
      api.call(OrtFunction.UPDATE_CUDA_OPTION_WITH_VALUE, options, name, stream);
      return options;
    } catch (RuntimeException e) {
      api.release(OrtFunction.RELEASE_CUDA_OPTIONS, options);
      throw e;
    }
  }

  private Map<String, String> values(boolean tf32) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("device_id", String.valueOf(settings.device().ordinal()));
    // An arena, where there is one, grows by what is wanted, and not by the next power of two.
    values.put("arena_extend_strategy", "kSameAsRequested");
    values.put("cudnn_conv_algo_search", "HEURISTIC");
    values.put("use_tf32", tf32 ? "1" : "0");
    values.putAll(DeviceTuning.others(settings.options()));
    values.put("has_user_compute_stream", "1");
    return values;
  }
}
