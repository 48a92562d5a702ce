package io.inkstream.server.jobs;

import io.inkstream.engine.pipeline.StepListener;
import io.inkstream.engine.pipeline.TokenCounts;
import io.inkstream.server.jobs.JobState.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/// Turns what the pipeline says of a job into the job's events.
final class JobProgress implements StepListener {
  private final Running running;
  private final Consumer<ImageEvent> listener;
  private Instant denoising;
  private TokenCounts tokens = new TokenCounts(0, 0);

  JobProgress(Running running, Consumer<ImageEvent> listener) {
    this.running = running;
    this.listener = listener;
    this.denoising = running.since();
  }

  @Override
  public void onStage(Stage stage) {
    Instant now = Instant.now();
    if (stage == Stage.DENOISING) {
      denoising = now;
    }
    listener.accept(new ImageEvent.StageBegan(stage, Duration.between(running.since(), now)));
  }

  @Override
  public void onTokens(TokenCounts counts) {
    tokens = counts;
  }

  @Override
  public void onStep(Step step) {
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

  TokenCounts tokens() {
    return tokens;
  }
}
