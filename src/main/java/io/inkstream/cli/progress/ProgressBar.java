package io.inkstream.cli.progress;

import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.CacheUsed;
import io.inkstream.engine.pipeline.DrawingEvent.ForecastUsed;
import io.inkstream.engine.pipeline.DrawingEvent.PromptsRead;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import java.io.PrintWriter;
import java.util.function.LongSupplier;

/// One line of a terminal, drawn anew at every step; narrower than 80 columns.
final class ProgressBar implements Progress {
  private static final String START_OF_EMPTY_LINE = "\r\u001b[2K";
  private static final int WIDEST_BAR = 24;
  private static final int COLUMNS = 79;

  private final PrintWriter err;
  private final StepClock clock;
  private String which = "";

  ProgressBar(PrintWriter err, LongSupplier nanos) {
    this.err = err;
    this.clock = new StepClock(nanos);
  }

  @Override
  public void begin(String what) {
    draw(what + "…");
  }

  @Override
  public void picture(int index, int pictures) {
    which = pictures == 1 ? "" : "picture %d/%d ".formatted(index + 1, pictures);
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
    clock.restart();
    switch (stage) {
      case TEXT_ENCODING -> draw(which + "reading the prompt…");
      case DENOISING -> draw(which + "denoising…");
      case DECODING -> draw(which + "decoding…");
    }
  }

  private void made(StepMade step) {
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
