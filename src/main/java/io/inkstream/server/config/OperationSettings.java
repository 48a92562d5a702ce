package io.inkstream.server.config;

import io.inkstream.server.jobs.QueuePolicy;
import io.inkstream.server.jobs.QueueSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Pattern;

/// How the server works through its requests, checked.
///
/// @param warmUp whether a small picture is drawn before the server is ready
/// @param maxBodyBytes of a request
/// @param shutdownTimeout what jobs get to end when the server stops
public record OperationSettings(
    QueueSettings queue, boolean warmUp, long maxBodyBytes, Duration shutdownTimeout) {
  private static final int MAX_QUEUED = 64;
  private static final long MAX_BODY = 1 << 20;
  private static final long LARGEST_BODY = 1 << 30;
  private static final Pattern BYTES = Pattern.compile("([0-9]{1,10})([KMkm]?)");
  private static final int SECONDS_TO_STOP = 30;

  /// Checks the settings.
  ///
  /// @throws SettingException if a value is not allowed
  public static OperationSettings from(OperationConfig config) {
    return new OperationSettings(
        queue(config), warmUp(config), maxBody(config), shutdownTimeout(config));
  }

  private static long maxBody(OperationConfig config) {
    return new Setting("max-body-size", config.maxBodySize())
        .parsed("1 to 1024M, in bytes or with K or M", OperationSettings::bytes)
        .orElse(MAX_BODY);
  }

  private static long bytes(String text) {
    var matcher = BYTES.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text);
    }
    int shift =
        switch (matcher.group(2)) {
          case "K", "k" -> 10;
          case "M", "m" -> 20;
          default -> 0;
        };
    long bytes = Long.parseLong(matcher.group(1)) << shift;
    if (bytes < 1 || bytes > LARGEST_BODY) {
      throw new IllegalArgumentException(text);
    }
    return bytes;
  }

  private static QueueSettings queue(OperationConfig config) {
    return new QueueSettings(
        new Setting("max-running-requests", config.maxRunningRequests()).number(1, 64).orElse(1),
        new Setting("max-queued-requests", config.maxQueuedRequests())
            .number(0, 100_000)
            .orElse(MAX_QUEUED),
        new Setting("queue-policy", config.queuePolicy())
            .parsed("one of " + Arrays.toString(QueuePolicy.values()), QueuePolicy::named)
            .orElse(QueuePolicy.SHORTEST_FIRST));
  }

  private static boolean warmUp(OperationConfig config) {
    return new Setting("warmup-mode", config.warmupMode())
        .parsed(
            "server or off",
            text ->
                switch (text) {
                  case "server" -> true;
                  case "off" -> false;
                  default -> throw new IllegalArgumentException();
                })
        .orElse(true);
  }

  private static Duration shutdownTimeout(OperationConfig config) {
    int seconds =
        new Setting("http-graceful-shutdown-timeout", config.httpGracefulShutdownTimeout())
            .number(0, 86_400)
            .orElse(SECONDS_TO_STOP);
    return Duration.ofSeconds(seconds);
  }
}
