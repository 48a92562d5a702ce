package io.inkstream.server.config;

import static io.inkstream.server.config.OutputEntries.*;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Where pictures of `response_format=url` are kept, checked.
///
/// @param path empty: the system's folder for temporary files
/// @param maxBytes of all pictures together; 0: none are kept
public record OutputSettings(Optional<Path> path, long maxBytes, Duration maxAge) {
  /// Checks the settings.
  ///
  /// @throws SettingException if a value is not allowed
  public static OutputSettings from(SettingValues values) {
    return new OutputSettings(
        values.find(OUTPUT_PATH), values.get(OUTPUT_MAX_SIZE), values.get(OUTPUT_MAX_AGE));
  }

  /// The failure to use [#path].
  public SettingException unusable(String why) {
    String given = path.map(Path::toString).orElse("");
    return OUTPUT_PATH.refused(false, "is '%s': %s".formatted(given, why));
  }
}
