package io.inkstream.server.config;

import static io.inkstream.server.config.FileEntries.*;

import io.inkstream.server.files.FileLimits;

/// What clients' files and batches may take, checked.
///
/// @param batchRequests of one batch
public record FileSettings(FileLimits limits, int batchRequests) {
  /// Checks the settings.
  ///
  /// @throws SettingException if a value is not allowed
  public static FileSettings from(SettingValues values) {
    return new FileSettings(
        new FileLimits(
            values.get(FILES_MAX_FILE_SIZE), values.get(FILES_MAX_SIZE), values.get(FILES_MAX_AGE)),
        values.get(BATCH_MAX_REQUESTS));
  }
}
