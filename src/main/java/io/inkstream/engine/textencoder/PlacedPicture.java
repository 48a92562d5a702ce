package io.inkstream.engine.textencoder;

/// A picture among a prompt's tokens.
///
/// @param at its first token
record PlacedPicture(int at, PictureEmbeds embeds) {
  /// The token after it.
  int end() {
    return at + embeds.tokens();
  }
}
