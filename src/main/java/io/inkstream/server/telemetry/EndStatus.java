package io.inkstream.server.telemetry;

import io.inkstream.server.jobs.JobState;

/// How a job ended, in a word.
final class EndStatus {
  private EndStatus() {}

  static String of(JobState state) {
    return switch (state) {
      case JobState.Completed completed -> "succeeded";
      case JobState.Failed failed -> "failed";
      case JobState.Cancelled cancelled -> "cancelled";
      case JobState.Queued queued -> "queued";
      case JobState.Running running -> "running";
    };
  }
}
