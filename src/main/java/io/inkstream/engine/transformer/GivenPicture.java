package io.inkstream.engine.transformer;

import io.inkstream.engine.transformer.QwenEmbedRope.Grid;

/// A picture that a request brings and that stands among its texts, as Qwen-Image-2.1 has it: its
/// latents in the place of the rows that the text encoder made of it, four for one.
///
/// @param at the first of those rows, the same in all texts
/// @param tokens `[grid, in_channels]`, row by row; not to be written
@SuppressWarnings("ArrayRecordComponent") // handed on, compared never
public record GivenPicture(int at, Grid grid, float[] tokens) {
  private static final int TOKENS_OF_ROW = 4;

  /// Rows of the text encoder's.
  int rows() {
    return grid.tokens() / TOKENS_OF_ROW;
  }

  /// The text's row after it.
  int end() {
    return at + rows();
  }

  /// How far the position moves on with it.
  int positions() {
    return Math.max(grid.height(), grid.width());
  }

  /// How much further than the text encoder's rows do.
  int morePositions() {
    return positions() - rows();
  }
}
