package io.inkstream.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Where pictures of `response_format=url` are kept, checked.
///
/// @param path empty: the system's folder for temporary files
/// @param maxBytes of all pictures together; 0: none are kept
public record OutputSettings(Optional<Path> path, long maxBytes, Duration maxAge) {
  private static final long MAX_BYTES = 1L << 30;
  private static final Duration MAX_AGE = Duration.ofDays(1);

  /// Checks the settings.
  ///
  /// @throws SettingException if a value is not allowed
  public static OutputSettings from(OutputConfig config) {
    return new OutputSettings(
        new Setting("output-path", config.outputPath()).parsed("a folder", Path::of),
        new Setting("output-max-size", config.outputMaxSize()).bytes().orElse(MAX_BYTES),
        new Setting("output-max-age", config.outputMaxAge()).duration().orElse(MAX_AGE));
  }

  /// The failure to use [#path].
  public SettingException unusable(String why) {
    return new SettingException(
        "inkstream.output-path (INKSTREAM_OUTPUT_PATH) is '%s': %s"
            .formatted(path.map(Path::toString).orElse(""), why));
  }
}
