package io.inkstream.engine.textencoder;

import java.util.List;

/// A picture as the text encoder reads it: one row for each cell, four patches, row by row.
///
/// @param values `[rows · columns, width]`; not to be written
/// @param deep the same for the results of the text encoder's first layers, the first one first:
///   what is added to them; none: nothing
public record PictureEmbeds(float[] values, List<float[]> deep, int rows, int columns, int width) {
  public PictureEmbeds {
    deep = List.copyOf(deep);
  }

  /// With nothing for the layers.
  public PictureEmbeds(float[] values, int rows, int columns, int width) {
    this(values, List.of(), rows, columns, width);
  }

  /// Rows that it takes among a prompt's.
  public int tokens() {
    return rows * columns;
  }
}
