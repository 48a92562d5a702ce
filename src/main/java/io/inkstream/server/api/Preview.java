package io.inkstream.server.api;

import io.inkstream.server.jobs.View;
import java.util.Locale;
import java.util.Optional;

/// What the events of steps show.
public enum Preview {
  /// Nothing.
  NONE,
  /// A linear map of the latents.
  FAST,
  /// A decoded picture.
  FULL;

  /// As jobs call it.
  public Optional<View> view() {
    return switch (this) {
      case NONE -> Optional.empty();
      case FAST -> Optional.of(View.SKETCH);
      case FULL -> Optional.of(View.SMALL);
    };
  }

  /// The constant of a word that [io.inkstream.server.order.Field#PREVIEW] allows.
  public static Preview named(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
