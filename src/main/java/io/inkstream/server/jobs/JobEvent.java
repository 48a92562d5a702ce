package io.inkstream.server.jobs;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.forecast.ForecastDecision;
import io.inkstream.engine.image.Picture;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What happens to a job: it is [Queued] and [Started], stages and steps come and go, then one
/// [End], the last. One that leaves the queue unstarted has no start; one that is not taken in is
/// [Rejected] and nothing else.
///
/// Events are values that stay good: but for pictures and a failure's cause, each could be written
/// down as it is. Whoever watches is a consumer with an exhaustive switch, joined to others by
/// [java.util.function.Consumer#andThen]. It hears of one job's events in turn, on the thread where
/// they happen; it must be quick and must not throw.
public sealed interface JobEvent {
  Stamp stamp();

  /// Which event of which job, and when.
  ///
  /// @param number among the job's events, from 1
  /// @param at by the calendar
  /// @param age of the job, by a clock that is never set
  record Stamp(JobTicket job, int number, Instant at, Duration age) {}

  /// Is taken in, on the thread that submits it.
  record Queued(Stamp stamp) implements JobEvent {}

  /// Is being drawn from now on; has waited for its age.
  record Started(Stamp stamp) implements JobEvent {}

  /// A stage of the work begins.
  ///
  /// @param elapsed since the drawing began
  record StageBegan(Stamp stamp, Stage stage, Duration elapsed) implements JobEvent {}

  /// However the stage ended.
  record StageEnded(Stamp stamp, Stage stage, Duration took) implements JobEvent {}

  /// A step has been made.
  ///
  /// @param step from 1
  /// @param work in it, in units of [Work]
  /// @param cache what was decided, for each branch of guidance; none without a cache
  /// @param forecast whether it was computed or forecast; empty without a forecast
  /// @param pictures as they would be, by view: those of the views that a reader wanted
  record StepMade(
      Stamp stamp,
      int step,
      int steps,
      StepTime time,
      double work,
      List<CacheDecision> cache,
      Optional<ForecastDecision> forecast,
      Map<View, List<Picture>> pictures)
      implements JobEvent {}

  /// What a step takes, and the others.
  ///
  /// @param took this step
  /// @param elapsed since the drawing began
  /// @param left that the steps to come will take if they are as long as those made, on average
  record StepTime(Duration took, Duration elapsed, Duration left) {}

  /// Nothing comes after it.
  sealed interface End extends JobEvent permits Completed, Failed, Cancelled {}

  /// The pictures are drawn, and their files are made.
  record Completed(Stamp stamp, Drawn drawn) implements End {}

  /// Broken off by a failure.
  record Failed(Stamp stamp, Throwable cause) implements End {}

  /// Broken off because nobody wanted it any more.
  record Cancelled(Stamp stamp) implements End {}

  /// Not taken in.
  record Rejected(Stamp stamp, Throwable cause) implements JobEvent {
    Rejected(JobTicket job, Throwable cause) {
      this(new Stamp(job, 1, Instant.now(), Duration.ZERO), cause);
    }
  }
}
