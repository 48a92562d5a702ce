package io.inkstream.server.jobstore;

import java.time.Duration;
import java.util.Locale;

/// What a store keeps, and for how long; what it does with jobs whose process has ended.
///
/// @param mostWaiting jobs that may wait
/// @param age how long an ended job is kept
/// @param bytes of all that is kept; beyond it, the oldest ended jobs go before their time
/// @param tries how often a job is begun whose process ends or fails while it is drawn
/// @param afterRestart what becomes of jobs that were being drawn when their process ended
public record StoreRules(
    int mostWaiting, Duration age, long bytes, int tries, AfterRestart afterRestart) {
  /// See [StoreRules].
  public enum AfterRestart {
    /// They are drawn again, from the start.
    REDRAW,
    /// They end as interrupted.
    INTERRUPT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
