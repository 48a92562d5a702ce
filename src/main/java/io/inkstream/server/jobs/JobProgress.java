package io.inkstream.server.jobs;

import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.CacheUsed;
import io.inkstream.engine.pipeline.DrawingEvent.ForecastUsed;
import io.inkstream.engine.pipeline.DrawingEvent.PromptsRead;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.server.jobs.JobState.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/// Turns what the pipeline says of a job into the job's events.
final class JobProgress implements Consumer<DrawingEvent> {
  private final Running running;
  private final Consumer<ImageEvent> listener;
  private Instant denoising;

  JobProgress(Running running, Consumer<ImageEvent> listener) {
    this.running = running;
    this.listener = listener;
    this.denoising = running.since();
  }

  @Override
  public void accept(DrawingEvent event) {
    switch (event) {
      case StageBegan(Stage stage) -> begin(stage);
      case StepMade step -> made(step);
      case PromptsRead _, CacheUsed _, ForecastUsed _ -> {}
    }
  }

  private void begin(Stage stage) {
    Instant now = Instant.now();
    if (stage == Stage.DENOISING) {
      denoising = now;
    }
    listener.accept(new ImageEvent.StageBegan(stage, Duration.between(running.since(), now)));
  }

  private void made(StepMade step) {
    Instant now = Instant.now();
    Duration perStep = Duration.between(denoising, now).dividedBy(step.step());
    listener.accept(
        new ImageEvent.Progress(
            step.step(),
            step.steps(),
            Duration.between(running.since(), now),
            perStep.multipliedBy(step.steps() - step.step()),
            step.cache(),
            step.forecast(),
            step.prediction()));
  }
}
