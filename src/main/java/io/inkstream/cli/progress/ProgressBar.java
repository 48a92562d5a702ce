package io.inkstream.cli.progress;

import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import java.io.PrintWriter;
import java.util.function.LongSupplier;

/// One line of a terminal, drawn anew at every step; narrower than 80 columns.
final class ProgressBar extends DrawingProgress {
  private static final String START_OF_EMPTY_LINE = "\r\u001b[2K";
  private static final int WIDEST_BAR = 24;
  private static final int COLUMNS = 79;

  ProgressBar(PrintWriter err, LongSupplier nanos) {
    super(err, nanos);
  }

  @Override
  public void begin(String what) {
    draw(what + "…");
  }

  @Override
  void made(StepMade step) {
    String before = "%sstep %d/%d ".formatted(which, step.step(), step.steps());
    String after =
        " %3d%%  ".formatted(100L * step.step() / step.steps())
            + clock.afterStep(step.step(), step.steps());
    String note = CacheReport.note(step);
    if (!note.isEmpty() && before.length() + after.length() + note.length() + 2 <= COLUMNS) {
      after += "  " + note;
    }
    int width = Math.min(WIDEST_BAR, COLUMNS - before.length() - after.length() - 2);
    draw(before + bar(step, width) + after);
  }

  private static String bar(StepMade step, int width) {
    if (width < 1) {
      return "";
    }
    int full = (int) ((long) width * step.step() / step.steps());
    return "[" + "#".repeat(full) + "-".repeat(width - full) + "]";
  }

  @Override
  public void done(String line) {
    err.println(START_OF_EMPTY_LINE + line);
  }

  @Override
  public void clear() {
    err.print(START_OF_EMPTY_LINE);
    err.flush();
  }

  private void draw(String line) {
    err.print(START_OF_EMPTY_LINE + line);
    err.flush();
  }
}
