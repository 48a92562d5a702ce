package io.inkstream.engine.runtime;

import io.inkstream.engine.tensor.DType;
import java.util.Optional;

/// ONNX Runtime's execution provider for a card of AMD's.
///
/// It takes tensors of the card and gives them, and its memory is ours. It takes no stream: it
/// makes one of its own, which a run waits for at its end. Tensors are float32, which all its
/// versions know; it rounds between them where it is told to.
record MigraphXProvider(NamedProvider provider, Place place) implements DeviceProvider {
  /// Loads it.
  ///
  /// @throws io.inkstream.engine.device.EngineException if that fails
  static MigraphXProvider start(OrtApi api, RuntimeSettings settings) {
    var provider = NamedProvider.start(api, settings);
    return new MigraphXProvider(provider, Place.of(api, "Hip", "gpu", settings.device().ordinal()));
  }

  @Override
  public void appendTo(long sessionOptions, boolean tf32) {
    provider.appendTo(sessionOptions);
  }

  @Override
  public boolean isInStream() {
    return false;
  }

  @Override
  public boolean takes(DType element) {
    return element == DType.F32;
  }

  @Override
  public boolean knowsNewOperators() {
    return false;
  }

  @Override
  public Optional<String> forOperators(DType element) {
    return Optional.empty(); // ours are NVIDIA's machine code
  }
}
