package io.inkstream.server.jobs;

import java.util.List;

/// Hears of every job of a queue. Must be quick and must not throw.
public interface JobObserver {
  /// Hears nothing.
  JobObserver NONE = job -> JobWatch.NONE;

  /// A job is taken in, on the thread that submits it.
  ///
  /// @return hears of the rest
  JobWatch admitted(ImageJob job);

  /// A job is not taken in.
  default void rejected(JobKind kind, Rejection why) {}

  /// All of them, in this order.
  static JobObserver all(List<JobObserver> observers) {
    return new JobObserver() {
      @Override
      public JobWatch admitted(ImageJob job) {
        return JobWatch.all(observers.stream().map(each -> each.admitted(job)).toList());
      }

      @Override
      public void rejected(JobKind kind, Rejection why) {
        observers.forEach(each -> each.rejected(kind, why));
      }
    };
  }
}
