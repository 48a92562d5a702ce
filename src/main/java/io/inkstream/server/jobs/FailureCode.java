package io.inkstream.server.jobs;

import io.inkstream.engine.pipeline.InvalidRequestException;
import java.util.Locale;

/// Why a job is not taken in or not drawn, in a word.
public enum FailureCode {
  QUEUE_FULL,
  DRAINING,
  MODEL_NOT_READY,
  INVALID,
  /// Our own mistake.
  ERROR;

  static FailureCode of(Throwable failure) {
    return switch (failure) {
      case QueueFullException e -> QUEUE_FULL;
      case ShuttingDownException e -> DRAINING;
      case ModelNotReadyException e -> MODEL_NOT_READY;
      case InvalidRequestException e -> INVALID;
      default -> ERROR;
    };
  }

  /// As metrics name it: `queue_full`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
