package io.inkstream.server.jobs;

/// Where a job is in its life: `Queued → Running → Ended`, or `Queued → Ended` by a cancellation.
/// Each record has the ways on from it as methods.
public sealed interface JobState {
  /// Waits for its turn.
  record Queued() implements JobState {
    Running start() {
      return new Running();
    }

    Ended cancel(JobEvent.Cancelled how) {
      return new Ended(how);
    }
  }

  /// Is being drawn.
  record Running() implements JobState {
    Ended end(JobEvent.End how) {
      return new Ended(how);
    }
  }

  /// Drawn or broken off.
  record Ended(JobEvent.End how) implements JobState {}
}
