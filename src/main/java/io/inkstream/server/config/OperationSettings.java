package io.inkstream.server.config;

import static io.inkstream.server.config.ServingEntries.*;

import io.inkstream.server.jobs.QueueSettings;
import java.time.Duration;

/// How the server works through its requests, checked.
///
/// @param warmUp whether a small picture is drawn before the server is ready
/// @param maxBodyBytes of a request
/// @param bodyTimeout what a whole body gets to come
/// @param healthGood how long a picture that `/health_generate` has drawn answers for the next
/// @param shutdownTimeout what jobs get to end when the server stops
public record OperationSettings(
    QueueSettings queue,
    boolean warmUp,
    long maxBodyBytes,
    Duration bodyTimeout,
    Duration healthGood,
    Duration shutdownTimeout) {
  /// Checks the settings.
  ///
  /// @throws SettingException if a value is not allowed
  public static OperationSettings from(SettingValues values) {
    return new OperationSettings(
        new QueueSettings(
            values.get(MAX_RUNNING_REQUESTS),
            values.get(MAX_QUEUED_REQUESTS),
            values.get(QUEUE_POLICY)),
        values.get(WARMUP_MODE),
        values.get(MAX_BODY_SIZE),
        values.get(REQUEST_BODY_TIMEOUT),
        values.get(HEALTH_GENERATE_INTERVAL),
        values.get(HTTP_GRACEFUL_SHUTDOWN_TIMEOUT));
  }
}
