package io.inkstream.server.telemetry;

import io.inkstream.server.jobs.JobEvent;

/// How a job ended, in a word.
final class EndStatus {
  private EndStatus() {}

  static String of(JobEvent.End end) {
    return switch (end) {
      case JobEvent.Completed _ -> "succeeded";
      case JobEvent.Failed _ -> "failed";
      case JobEvent.Cancelled _ -> "cancelled";
    };
  }
}
