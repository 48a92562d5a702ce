package io.inkstream.server.api;

import java.util.Optional;

/// What the events of steps show.
enum Preview {
  /// Nothing.
  NONE,
  /// A linear map of the latents.
  FAST,
  /// A decoded picture.
  FULL;

  static Optional<Preview> named(String name) {
    return switch (name) {
      case "none" -> Optional.of(NONE);
      case "fast" -> Optional.of(FAST);
      case "full" -> Optional.of(FULL);
      default -> Optional.empty();
    };
  }
}
