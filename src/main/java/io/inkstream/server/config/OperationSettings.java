package io.inkstream.server.config;

import static io.inkstream.server.config.CardEntries.DP_SIZE;
import static io.inkstream.server.config.ServingEntries.*;

import io.inkstream.server.jobs.QueueSettings;
import io.inkstream.server.order.PictureSize;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How the server works through its requests, checked.
///
/// @param warmUp what is drawn before the server is ready; empty: nothing
/// @param maxBodyBytes of a request
/// @param bodyTimeout what a whole body gets to come
/// @param healthGood how long a picture that `/health_generate` has drawn answers for the next
/// @param shutdownTimeout what jobs get to end when the server stops
/// @param onDeviceLoss what the server does when its last device is lost
public record OperationSettings(
    QueueSettings queue,
    Optional<WarmUp> warmUp,
    long maxBodyBytes,
    Duration bodyTimeout,
    Duration healthGood,
    Duration shutdownTimeout,
    OnDeviceLoss onDeviceLoss) {
  /// Pictures that are drawn before the server is ready.
  ///
  /// @param steps of each
  public record WarmUp(List<PictureSize> sizes, int steps) {
    public WarmUp {
      sizes = List.copyOf(sizes);
    }
  }

  /// What a server does that no device is left to. Only another process can draw again.
  public enum OnDeviceLoss {
    /// It refuses what is to be drawn and says so to whoever asks for its health.
    SERVE,
    /// It ends, to be started again.
    EXIT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Checks the settings.
  ///
  /// @throws SettingException if a value is not allowed
  public static OperationSettings from(SettingValues values) {
    return new OperationSettings(
        new QueueSettings(
            values.get(MAX_RUNNING_REQUESTS) * values.get(DP_SIZE),
            values.get(MAX_QUEUED_REQUESTS),
            values.get(QUEUE_POLICY)),
        warmUp(values),
        values.get(MAX_BODY_SIZE),
        values.get(REQUEST_BODY_TIMEOUT),
        values.get(HEALTH_GENERATE_INTERVAL),
        values.get(HTTP_GRACEFUL_SHUTDOWN_TIMEOUT),
        values.get(ON_DEVICE_LOSS));
  }

  private static Optional<WarmUp> warmUp(SettingValues values) {
    var pictures = new WarmUp(values.get(WARMUP_RESOLUTIONS), values.get(WARMUP_STEPS));
    return Optional.of(pictures).filter(_ -> values.get(WARMUP_MODE));
  }
}
