package io.inkstream.server.config;

import static io.inkstream.server.config.JobEntries.*;

import io.inkstream.server.jobstore.MessagePlace;
import io.inkstream.server.jobstore.RedisPlace;
import io.inkstream.server.jobstore.StoreKind;
import io.inkstream.server.jobstore.StoreRules;
import java.nio.file.Path;
import java.util.Optional;

/// Where jobs are kept, checked.
///
/// @param file of jobs on disk, if one was named
/// @param redis where jobs are in Redis
/// @param messages where a router puts work, if it does
/// @param largestPicture in bytes, of those that are in Redis, too
public record JobSettings(
    StoreKind kind,
    Optional<Path> file,
    RedisPlace redis,
    Optional<MessagePlace> messages,
    long largestPicture,
    StoreRules rules) {
  /// Checks the settings.
  ///
  /// @throws SettingException if a value is not allowed
  public static JobSettings from(SettingValues values) {
    return new JobSettings(
        kind(values),
        values.find(JOB_STORE_PATH),
        new RedisPlace(values.get(JOB_STORE_PREFIX), values.get(JOB_LEASE)),
        messages(values),
        values.get(JOB_STORE_MAX_PICTURE),
        new StoreRules(
            values.get(MAX_QUEUED_JOBS),
            values.get(JOB_MAX_AGE),
            values.get(JOB_STORE_MAX_SIZE),
            values.get(JOB_TRIES),
            values.get(JOBS_AFTER_RESTART)));
  }

  private static Optional<MessagePlace> messages(SettingValues values) {
    Optional<String> requests = values.find(JOB_MESSAGES);
    if (requests.isPresent() && values.get(JOB_STORE) != StoreKind.REDIS) {
      throw JOB_MESSAGES.refused(
          false, "is '%s', which needs --job-store redis".formatted(requests.get()));
    }
    String results = values.get(JOB_MESSAGES_RESULTS);
    return requests.map(name -> new MessagePlace(name, results));
  }

  private static StoreKind kind(SettingValues values) {
    StoreKind kind = values.get(JOB_STORE);
    if (kind == StoreKind.REDIS && values.find(REDIS_HOSTS).isEmpty()) {
      throw JOB_STORE.refused(
          false, "is 'redis', which needs QUARKUS_REDIS_HOSTS, such as redis://host:6379");
    }
    return kind;
  }
}
