package io.inkstream.cli.progress;

import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import java.io.PrintWriter;
import java.util.function.LongSupplier;

/// A line for each thing that happens, for logs; of very many steps, a line for every percent.
final class ProgressLines extends DrawingProgress {
  private static final int MOST_LINES = 100;

  ProgressLines(PrintWriter err, LongSupplier nanos) {
    super(err, nanos);
  }

  @Override
  public void begin(String what) {
    err.println(what);
  }

  @Override
  void made(StepMade step) {
    int every = Math.ceilDiv(step.steps(), MOST_LINES);
    if (step.step() % every == 0 || step.step() == 1 || step.step() == step.steps()) {
      err.println(
          which
              + "step %d/%d ".formatted(step.step(), step.steps())
              + note(step)
              + clock.afterStep(step.step(), step.steps()));
    }
  }

  private static String note(StepMade step) {
    String note = CacheReport.note(step);
    return note.isEmpty() ? "" : note + ", ";
  }

  @Override
  public void done(String line) {
    err.println(line);
  }

  @Override
  public void clear() {}
}
