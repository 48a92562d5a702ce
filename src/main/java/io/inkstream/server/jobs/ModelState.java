package io.inkstream.server.jobs;

import io.inkstream.engine.hub.PullState;
import java.time.Duration;
import java.util.Optional;

/// Where the model is in its life: `Loading → Warming → Ready`, from the last two to `Lost`, and
/// from each of them to `Closed`. Each record has the ways on from it as methods.
public sealed interface ModelState {
  /// For good, from anywhere.
  default Closed close() {
    return new Closed();
  }

  /// Not there yet.
  ///
  /// @param pull what comes from the Hub before it is loaded, while it does
  record Loading(Optional<PullState> pull) implements ModelState {
    Loading() {
      this(Optional.empty());
    }

    Warming load(ImageGenerator generator, Duration loadTime) {
      return new Warming(generator, loadTime);
    }
  }

  /// It is there and draws, but has not drawn anything yet.
  record Warming(ImageGenerator generator, Duration loadTime) implements ModelState {
    Ready ready() {
      return new Ready(generator, loadTime);
    }
  }

  /// It can draw.
  record Ready(ImageGenerator generator, Duration loadTime) implements ModelState {}

  /// It draws no more, for good: somebody wrote to its files, or its devices are lost.
  ///
  /// @param why what its requests fail with
  record Lost(ImageGenerator generator, Duration loadTime, RuntimeException why)
      implements ModelState {}

  /// Freed, for good.
  record Closed() implements ModelState {}
}
