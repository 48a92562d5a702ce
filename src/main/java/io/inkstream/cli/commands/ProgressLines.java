package io.inkstream.cli.commands;

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
  public void onStage(Stage stage) {
    clock.restart();
    switch (stage) {
      case TEXT_ENCODING -> err.println(which + "reading the prompt");
      case DENOISING -> err.println(which + "denoising");
      case DECODING -> err.println(which + "decoding");
    }
  }

  @Override
  public void onStep(Step step) {
    int every = Math.ceilDiv(step.steps(), MOST_LINES);
    if (step.step() % every == 0 || step.step() == 1 || step.step() == step.steps()) {
      err.println(
          which
              + "step %d/%d ".formatted(step.step(), step.steps())
              + note(step)
              + clock.afterStep(step.step(), step.steps()));
    }
  }

  private static String note(Step step) {
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
