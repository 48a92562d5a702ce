package io.inkstream.server.api;

/// What an answer's `background` says of its pictures, in OpenAI's words.
final class Background {
  private Background() {}

  /// @param transparent whether the files say how opaque each pixel is
  static String of(boolean transparent) {
    return transparent ? "transparent" : "opaque";
  }
}
