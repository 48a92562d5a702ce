package io.inkstream.server.config;

import io.inkstream.engine.model.DefaultModel;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.tensor.Precision;
import java.nio.file.Path;
import java.util.Optional;

/// Which model to load and how to run it, checked.
///
/// @param modelPath a snapshot's folder, or `owner/name` of one in the Hub cache
/// @param vaePath another folder for the VAE
/// @param precision of the device that runs the model
public record EngineSettings(
    String modelPath, Optional<Path> vaePath, Precision precision, RuntimeSettings runtime) {
  private static final int MAX_THREADS = 1024;

  /// Checks the settings.
  ///
  /// @throws SettingException if a value is not allowed
  /// @throws io.inkstream.engine.weights.SnapshotException if no model is named and the pocket
  ///   model is missing
  public static EngineSettings from(ModelConfig config) {
    var threads = new Setting("threads", config.threads()).number(0, MAX_THREADS);
    var spinning = new Setting("spinning", config.spinning()).flag();
    var device = device(config);
    return new EngineSettings(
        new Setting("model-path", config.modelPath()).value().orElseGet(() -> pocketModel(config)),
        new Setting("vae-path", config.vaePath()).parsed("a folder", Path::of),
        device.precision(
            new Setting("weights", config.weights())
                .parsed("one of " + Precision.onProcessor(), Precision::named)
                .orElse(Precision.FAST)),
        new RuntimeSettings(threads.orElse(0), spinning.orElse(true), device.settings()));
  }

  private static DeviceTexts device(ModelConfig config) {
    return new DeviceTexts(
        config.device(),
        config.dtype(),
        config.deviceMemory(),
        config.tf32(),
        config.deterministic(),
        config.fusedKernels(),
        config.onnxruntimeLibrary(),
        config.cudaOptions());
  }

  private static String pocketModel(ModelConfig config) {
    return DefaultModel.pocket(Path.of(config.home().orElse("")).toAbsolutePath()).toString();
  }
}
