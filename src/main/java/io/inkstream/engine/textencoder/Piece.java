package io.inkstream.engine.textencoder;

/// A part of a text that was searched for added tokens.
sealed interface Piece {
  /// Text between added tokens, never empty.
  record Text(String value) implements Piece {}

  /// An added token.
  record Token(int id) implements Piece {}
}
