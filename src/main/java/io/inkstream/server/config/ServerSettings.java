package io.inkstream.server.config;

import static io.inkstream.server.config.RequestEntries.*;
import static io.inkstream.server.config.ServingEntries.*;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// How the server answers, checked.
///
/// @param heartbeat between the comments that keep a stream open; zero: none
/// @param readerTimeout what a reader gets to take a chunk of its answer
/// @param maxImagePixels of one picture
/// @param outputCompression of requests that say none; empty: the format's own default
public record ServerSettings(
    ServedModel model,
    SamplingDefaults defaults,
    Duration heartbeat,
    Duration readerTimeout,
    int maxImagePixels,
    OptionalInt outputCompression) {
  /// Checks the settings.
  ///
  /// @throws SettingException if a value is not allowed
  public static ServerSettings from(ModelChoice model, SettingValues values) {
    String path = model.path();
    String name =
        values.find(SERVED_MODEL_NAME).or(model::id).orElseGet(() -> ServedModel.lastPart(path));
    Optional<Integer> compression = values.find(OUTPUT_COMPRESSION);
    return new ServerSettings(
        new ServedModel(name, path, values.get(CHECK_MODEL)),
        SamplingDefaults.of(model).with(values.find(NUM_INFERENCE_STEPS), values.find(SIZE)),
        values.get(HEARTBEAT_INTERVAL),
        values.get(READER_TIMEOUT),
        values.get(MAX_IMAGE_PIXELS),
        compression.map(OptionalInt::of).orElseGet(OptionalInt::empty));
  }
}
