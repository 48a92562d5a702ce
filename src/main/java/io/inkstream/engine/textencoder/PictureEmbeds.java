package io.inkstream.engine.textencoder;

/// A picture as the text encoder reads it: one row for each cell, four patches, row by row.
///
/// @param values `[rows · columns, width]`; not to be written
public record PictureEmbeds(float[] values, int rows, int columns, int width) {
  /// Rows that it takes among a prompt's.
  public int tokens() {
    return rows * columns;
  }
}
