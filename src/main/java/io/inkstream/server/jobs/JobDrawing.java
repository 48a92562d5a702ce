package io.inkstream.server.jobs;

import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.BegunAgain;
import io.inkstream.engine.pipeline.DrawingEvent.CacheUsed;
import io.inkstream.engine.pipeline.DrawingEvent.ForecastUsed;
import io.inkstream.engine.pipeline.DrawingEvent.PromptsRead;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.server.jobs.JobEvent.StepTime;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Makes events of a job from what the pipeline says, with what each part took. For the job's own
/// thread.
final class JobDrawing implements Consumer<DrawingEvent>, AutoCloseable {
  private final JobJournal journal;
  private final Work work;
  private final StepPictures pictures = new StepPictures();
  // Ages of the job.
  private Duration start;
  private Duration stageStart;
  private Duration stepStart;
  private @Nullable Stage stage;

  JobDrawing(JobJournal journal, Work work) {
    this.journal = journal;
    this.work = work;
    this.start = journal.age();
    this.stageStart = start;
    this.stepStart = start;
  }

  /// Since the drawing began.
  Duration elapsed() {
    return journal.age().minus(start);
  }

  @Override
  public void accept(DrawingEvent event) {
    switch (event) {
      case DrawingEvent.StageBegan(Stage next) -> begin(next);
      case DrawingEvent.StepMade step -> made(step);
      case BegunAgain _ -> {
        close();
        start = journal.age();
      }
      case PromptsRead _, CacheUsed _, ForecastUsed _ -> {}
    }
  }

  private void begin(Stage next) {
    close();
    stage = next;
    stageStart = journal.age();
    stepStart = stageStart;
    Duration elapsed = stageStart.minus(start);
    journal.tell(stamp -> new JobEvent.StageBegan(stamp, next, elapsed));
  }

  private void made(DrawingEvent.StepMade step) {
    StepTime time = time(step);
    var seen = pictures.of(step.prediction(), journal.views(step.step(), step.steps()));
    journal.tell(stamp ->
        new JobEvent.StepMade(
            stamp,
            step.step(),
            step.steps(),
            time,
            work.units(step),
            step.cache(),
            step.forecast(),
            seen));
  }

  private StepTime time(DrawingEvent.StepMade step) {
    Duration now = journal.age();
    Duration took = now.minus(stepStart);
    stepStart = now;
    Duration each = now.minus(stageStart).dividedBy(step.step());
    return new StepTime(took, now.minus(start), each.multipliedBy(step.steps() - step.step()));
  }

  /// The drawing has ended, and with it the last stage.
  @Override
  public void close() {
    if (stage instanceof Stage ended) {
      Duration took = journal.age().minus(stageStart);
      journal.tell(stamp -> new JobEvent.StageEnded(stamp, ended, took));
      stage = null;
    }
  }
}
