package io.inkstream.server.api;

import io.inkstream.server.jobs.View;
import java.util.Optional;

/// What the events of steps show.
enum Preview {
  /// Nothing.
  NONE,
  /// A linear map of the latents.
  FAST,
  /// A decoded picture.
  FULL;

  /// As jobs call it.
  Optional<View> view() {
    return switch (this) {
      case NONE -> Optional.empty();
      case FAST -> Optional.of(View.SKETCH);
      case FULL -> Optional.of(View.SMALL);
    };
  }

  static Optional<Preview> named(String name) {
    return switch (name) {
      case "none" -> Optional.of(NONE);
      case "fast" -> Optional.of(FAST);
      case "full" -> Optional.of(FULL);
      default -> Optional.empty();
    };
  }
}
