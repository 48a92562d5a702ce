package io.inkstream.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/// One line of a terminal, drawn anew at every step; narrower than 80 columns.
final class ProgressBar implements Progress {
  private static final String START_OF_EMPTY_LINE = "\r\u001b[2K";
  private static final int WIDTH = 24;

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
  public void onStage(Stage stage) {
    clock.restart();
    switch (stage) {
      case TEXT_ENCODING -> draw(which + "reading the prompt…");
      case DENOISING -> draw(which + "denoising…");
      case DECODING -> draw(which + "decoding…");
    }
  }

  @Override
  public void onStep(Step step) {
    draw(
        String.format(
            Locale.ROOT,
            "%sstep %d/%d %s %3d%%  %s",
            which,
            step.step(),
            step.steps(),
            bar(step),
            100L * step.step() / step.steps(),
            clock.afterStep(step.step(), step.steps())));
  }

  private static String bar(Step step) {
    int full = (int) ((long) WIDTH * step.step() / step.steps());
    return "[" + "#".repeat(full) + "-".repeat(WIDTH - full) + "]";
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
