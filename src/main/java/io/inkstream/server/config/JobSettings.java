package io.inkstream.server.config;

import static io.inkstream.server.config.JobEntries.*;

import io.inkstream.server.jobstore.StoreKind;
import io.inkstream.server.jobstore.StoreRules;
import java.nio.file.Path;
import java.util.Optional;

/// Where jobs are kept, checked.
///
/// @param file of jobs on disk, if one was named
public record JobSettings(StoreKind kind, Optional<Path> file, StoreRules rules) {
  /// Checks the settings.
  ///
  /// @throws SettingException if a value is not allowed
  public static JobSettings from(SettingValues values) {
    return new JobSettings(
        values.get(JOB_STORE),
        values.find(JOB_STORE_PATH),
        new StoreRules(
            values.get(MAX_QUEUED_JOBS),
            values.get(JOB_MAX_AGE),
            values.get(JOB_STORE_MAX_SIZE),
            values.get(JOB_TRIES),
            values.get(JOBS_AFTER_RESTART)));
  }
}
