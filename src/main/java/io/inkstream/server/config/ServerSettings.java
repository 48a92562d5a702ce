package io.inkstream.server.config;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// How the server answers, checked.
///
/// @param heartbeat between the comments that keep a stream open; zero: none
/// @param maxImagePixels of one picture
/// @param outputCompression of requests that say none; empty: the format's own default
public record ServerSettings(
    ServedModel model,
    SamplingDefaults defaults,
    Duration heartbeat,
    int maxImagePixels,
    OptionalInt outputCompression) {
  private static final int HEARTBEAT_SECONDS = 10;
  private static final int MAX_PIXELS = 3840 * 2160;

  /// Checks the settings.
  ///
  /// @throws SettingException if a value is not allowed
  public static ServerSettings from(EngineSettings engine, ServerConfig config) {
    String lastPart = ServedModel.lastPart(engine.modelPath());
    String name =
        new Setting("served-model-name", config.servedModelName()).value().orElse(lastPart);
    boolean checked = new Setting("check-model", config.checkModel()).flag().orElse(true);
    Optional<Integer> compression =
        new Setting("output-compression", config.outputCompression()).number(0, 100);
    return new ServerSettings(
        new ServedModel(name, engine.modelPath(), checked),
        defaults(SamplingDefaults.of(engine.modelPath()), config),
        Duration.ofSeconds(
            new Setting("heartbeat-interval", config.heartbeatInterval())
                .number(0, 3600)
                .orElse(HEARTBEAT_SECONDS)),
        new Setting("max-image-pixels", config.maxImagePixels())
            .number(256, Integer.MAX_VALUE)
            .orElse(MAX_PIXELS),
        compression.map(OptionalInt::of).orElseGet(OptionalInt::empty));
  }

  private static SamplingDefaults defaults(SamplingDefaults model, ServerConfig config) {
    return new SamplingDefaults(
        new Setting("num-inference-steps", config.numInferenceSteps())
            .number(1, 10_000)
            .orElse(model.numInferenceSteps()),
        new Setting("size", config.size())
            .parsed("WIDTHxHEIGHT such as 1024x1024", PictureSize::parse)
            .orElse(model.size()));
  }
}
