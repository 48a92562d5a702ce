package io.inkstream.server.config;

import java.util.Optional;

/// How requests are written to the log, checked.
///
/// @param level 0 to 3: more of them
/// @param json whether as objects
public record RequestLogSettings(int level, boolean json) {
  /// Checks the settings; empty: they are not written.
  ///
  /// @throws SettingException if a value is not allowed
  public static Optional<RequestLogSettings> from(SettingValues values) {
    var settings =
        new RequestLogSettings(
            values.get(LogEntries.LOG_REQUESTS_LEVEL), values.get(LogEntries.LOG_REQUESTS_FORMAT));
    return Optional.of(settings).filter(_ -> values.get(LogEntries.LOG_REQUESTS));
  }
}
