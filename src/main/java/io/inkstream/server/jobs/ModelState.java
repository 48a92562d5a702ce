package io.inkstream.server.jobs;

import java.time.Duration;

/// Where the model is in its life.
public sealed interface ModelState {
  /// Not there yet.
  record Loading() implements ModelState {}

  /// It is there and draws, but has not drawn anything yet.
  record Warming(ImageGenerator generator, Duration loadTime) implements ModelState {}

  /// It can draw.
  record Ready(ImageGenerator generator, Duration loadTime) implements ModelState {}

  /// Freed, for good.
  record Closed() implements ModelState {}
}
