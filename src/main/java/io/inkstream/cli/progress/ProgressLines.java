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

/// A line for each thing that happens, for logs; of very many steps, a line for every percent.
final class ProgressLines implements Progress {
  private static final int MOST_LINES = 100;

  private final PrintWriter err;
  private final StepClock clock;
  private String which = "";

  ProgressLines(PrintWriter err, LongSupplier nanos) {
    this.err = err;
    this.clock = new StepClock(nanos);
  }

  @Override
  public void begin(String what) {
    err.println(what);
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
      case TEXT_ENCODING -> err.println(which + "reading the prompt");
      case DENOISING -> err.println(which + "denoising");
      case DECODING -> err.println(which + "decoding");
    }
  }

  private void made(StepMade step) {
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
