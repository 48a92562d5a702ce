package io.inkstream.server.config;

import io.inkstream.engine.model.DefaultModel;
import io.inkstream.engine.model.WeightMode;
import io.inkstream.engine.runtime.RuntimeSettings;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// Which model to load and how to run it, checked.
///
/// @param modelPath a snapshot's folder, or `owner/name` of one in the Hub cache
/// @param vaePath another folder for the VAE
public record EngineSettings(
    String modelPath, Optional<Path> vaePath, WeightMode weights, RuntimeSettings runtime) {
  private static final int MAX_THREADS = 1024;

  /// Checks the settings.
  ///
  /// @throws SettingException if a value is not allowed
  /// @throws io.inkstream.engine.weights.SnapshotException if no model is named and the pocket
  ///   model is missing
  public static EngineSettings from(ModelConfig config) {
    var threads = new Setting("threads", config.threads()).number(0, MAX_THREADS);
    var spinning = new Setting("spinning", config.spinning()).flag();
    return new EngineSettings(
        new Setting("model-path", config.modelPath()).value().orElseGet(() -> pocketModel(config)),
        new Setting("vae-path", config.vaePath()).parsed("a folder", Path::of),
        new Setting("weights", config.weights())
            .parsed("one of " + Arrays.toString(WeightMode.values()), WeightMode::named)
            .orElse(WeightMode.FAST),
        new RuntimeSettings(threads.orElse(0), spinning.orElse(true), device(config).settings()));
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
