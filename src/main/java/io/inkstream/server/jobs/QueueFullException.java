package io.inkstream.server.jobs;

import java.time.Duration;

/// As many requests wait as are allowed to.
public final class QueueFullException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Duration retryAfter;

  QueueFullException(int queued, Duration retryAfter) {
    super("%d requests are waiting, no more are taken now".formatted(queued));
    this.retryAfter = retryAfter;
  }

  /// When a place may have become free.
  public Duration retryAfter() {
    return retryAfter;
  }
}
