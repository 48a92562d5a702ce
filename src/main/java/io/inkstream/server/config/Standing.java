package io.inkstream.server.config;

/// What comes of a setting that is given.
public sealed interface Standing {
  /// It is obeyed.
  record Honoured() implements Standing {}

  /// It is checked and changes nothing: what it asks for is what happens.
  ///
  /// @param why in a line
  record Accepted(String why) implements Standing {}
}
