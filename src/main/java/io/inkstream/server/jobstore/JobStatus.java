package io.inkstream.server.jobstore;

import java.util.Locale;

/// Where a kept job is in its life.
public enum JobStatus {
  /// Waits to be drawn, whether or not somebody has claimed it.
  QUEUED,
  /// Is being drawn.
  IN_PROGRESS,
  /// Its pictures are there.
  COMPLETED,
  /// It will not be drawn; its error says why.
  FAILED,
  /// Somebody took it back.
  CANCELLED,
  /// Its server ended before it did, and nobody takes it up.
  INTERRUPTED;

  /// Whether nothing more happens to it.
  public boolean isEnd() {
    return switch (this) {
      case QUEUED, IN_PROGRESS -> false;
      case COMPLETED, FAILED, CANCELLED, INTERRUPTED -> true;
    };
  }

  /// As the wire has it: `in_progress`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The status of a word of [#toString].
  static JobStatus of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
