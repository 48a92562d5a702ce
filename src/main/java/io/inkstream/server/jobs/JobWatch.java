package io.inkstream.server.jobs;

import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// Hears of one job, on the thread that draws it; of the end of one that never ran, on the thread
/// that cancels it. Must be quick and must not throw.
public interface JobWatch {
  /// Hears nothing.
  JobWatch NONE = new JobWatch() {};

  /// It is being drawn from now on.
  default void started(Duration waited) {}

  default void stageStarted(Stage stage) {}

  /// However the stage ended.
  default void stageEnded(Stage stage, Duration took) {}

  /// A step has been made.
  default void step(StepMade step, Duration took) {}

  /// Comes once, last: `state` is none of those that go on.
  default void ended(JobState state) {}

  /// All of them, in this order.
  static JobWatch all(List<JobWatch> watches) {
    return new JobWatch() {
      private void each(Consumer<JobWatch> telling) {
        watches.forEach(telling);
      }

      @Override
      public void started(Duration waited) {
        each(watch -> watch.started(waited));
      }

      @Override
      public void stageStarted(Stage stage) {
        each(watch -> watch.stageStarted(stage));
      }

      @Override
      public void stageEnded(Stage stage, Duration took) {
        each(watch -> watch.stageEnded(stage, took));
      }

      @Override
      public void step(StepMade step, Duration took) {
        each(watch -> watch.step(step, took));
      }

      @Override
      public void ended(JobState state) {
        each(watch -> watch.ended(state));
      }
    };
  }
}
