package io.inkstream.server.jobs;

import io.inkstream.engine.pipeline.StepListener;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Tells a watch what a job's stages and steps take. For the job's own thread.
final class StageClock implements StepListener, AutoCloseable {
  private final JobWatch watch;
  private @Nullable Stage stage;
  private long stageStart;
  private long stepStart;

  StageClock(JobWatch watch) {
    this.watch = watch;
  }

  @Override
  public void onStage(Stage next) {
    close();
    stage = next;
    stageStart = System.nanoTime();
    stepStart = stageStart;
    watch.stageStarted(next);
  }

  @Override
  public void onStep(Step step) {
    long now = System.nanoTime();
    watch.step(step, Duration.ofNanos(now - stepStart));
    stepStart = now;
  }

  /// The drawing has ended, and with it the last stage.
  @Override
  public void close() {
    if (stage != null) {
      watch.stageEnded(stage, Duration.ofNanos(System.nanoTime() - stageStart));
      stage = null;
    }
  }
}
