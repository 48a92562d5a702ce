package io.inkstream.server.jobs;

import java.util.Set;
import java.util.function.Consumer;

/// Who follows one job, and may want to see its pictures on the way.
public interface JobReader extends Consumer<JobEvent> {
  /// The views that it would like to have of a step: nothing is decoded that no reader wants. Asked
  /// when the step has been made, on the thread that draws.
  ///
  /// @param step from 1
  Set<View> views(int step, int steps);

  /// Makes what it answers of the pictures, on the worker, before the job ends: what is thrown here
  /// is the job's failure. Of a job that has ended already, it hears its end alone.
  default void prepare(Drawn drawn) {}

  /// One that wants to see nothing.
  static JobReader of(Consumer<JobEvent> consumer) {
    return new JobReader() {
      @Override
      public void accept(JobEvent event) {
        consumer.accept(event);
      }

      @Override
      public Set<View> views(int step, int steps) {
        return Set.of();
      }
    };
  }
}
