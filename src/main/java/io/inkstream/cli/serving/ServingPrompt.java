package io.inkstream.cli.serving;

import java.util.Optional;

/// What a request draws.
///
/// @param picture that it draws from
public record ServingPrompt(String text, Optional<InputPicture> picture) {
  static ServingPrompt of(String text) {
    return new ServingPrompt(text, Optional.empty());
  }
}
