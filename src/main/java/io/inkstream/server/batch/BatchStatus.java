package io.inkstream.server.batch;

import java.util.Locale;

/// Where a batch is in its life, in OpenAI's words.
public enum BatchStatus {
  /// Its file is looked through.
  VALIDATING,
  /// Its file is no batch: nothing was drawn.
  FAILED,
  IN_PROGRESS,
  /// Its files are made ready.
  FINALIZING,
  COMPLETED,
  /// Its time is over; what was drawn is there.
  EXPIRED,
  CANCELLING,
  /// Somebody wanted no more; what was drawn is there.
  CANCELLED;

  /// Whether nothing more happens to it.
  public boolean isEnd() {
    return switch (this) {
      case VALIDATING, IN_PROGRESS, FINALIZING, CANCELLING -> false;
      case FAILED, COMPLETED, EXPIRED, CANCELLED -> true;
    };
  }

  /// As the wire has it: `in_progress`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  static BatchStatus of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
