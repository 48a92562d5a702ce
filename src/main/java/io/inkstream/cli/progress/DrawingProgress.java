package io.inkstream.cli.progress;

import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.BegunAgain;
import io.inkstream.engine.pipeline.DrawingEvent.CacheUsed;
import io.inkstream.engine.pipeline.DrawingEvent.ForecastUsed;
import io.inkstream.engine.pipeline.DrawingEvent.PromptsRead;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import java.io.PrintWriter;
import java.util.function.LongSupplier;

/// Tells of stages and steps, whatever that looks like.
abstract sealed class DrawingProgress implements Progress permits ProgressBar, ProgressLines {
  final PrintWriter err;
  final StepClock clock;

  /// `picture 2/3 `; empty if there is only one.
  String which = "";

  DrawingProgress(PrintWriter err, LongSupplier nanos) {
    this.err = err;
    this.clock = new StepClock(nanos);
  }

  /// A step was made.
  abstract void made(StepMade step);

  @Override
  public void picture(int index, int pictures) {
    which = pictures == 1 ? "" : "picture %d/%d ".formatted(index + 1, pictures);
  }

  @Override
  public void accept(DrawingEvent event) {
    switch (event) {
      case StageBegan(Stage stage) -> {
        clock.restart();
        begin(which + work(stage));
      }
      case StepMade step -> made(step);
      case PromptsRead _, CacheUsed _, ForecastUsed _, BegunAgain _ -> {}
    }
  }

  private static String work(Stage stage) {
    return switch (stage) {
      case IMAGE_ENCODING -> "reading the picture";
      case TEXT_ENCODING -> "reading the prompt";
      case DENOISING -> "denoising";
      case DECODING -> "decoding";
    };
  }
}
