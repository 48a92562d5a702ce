package io.inkstream.server.jobs;

import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.CacheUsed;
import io.inkstream.engine.pipeline.DrawingEvent.ForecastUsed;
import io.inkstream.engine.pipeline.DrawingEvent.PromptsRead;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Tells a watch what a job's stages and steps take. For the job's own thread.
final class StageClock implements Consumer<DrawingEvent>, AutoCloseable {
  private final JobWatch watch;
  private @Nullable Stage stage;
  private long stageStart;
  private long stepStart;

  StageClock(JobWatch watch) {
    this.watch = watch;
  }

  @Override
  public void accept(DrawingEvent event) {
    switch (event) {
      case StageBegan(Stage next) -> begin(next);
      case StepMade step -> made(step);
      case PromptsRead _, CacheUsed _, ForecastUsed _ -> {}
    }
  }

  private void begin(Stage next) {
    close();
    stage = next;
    stageStart = System.nanoTime();
    stepStart = stageStart;
    watch.stageStarted(next);
  }

  private void made(StepMade step) {
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
