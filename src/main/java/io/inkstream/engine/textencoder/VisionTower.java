package io.inkstream.engine.textencoder;

import io.inkstream.engine.runtime.CancellationSignal;

/// A text encoder's eyes: patches of a picture → rows among a prompt's.
public sealed interface VisionTower extends AutoCloseable
    permits Qwen25VLVisionTower, Qwen3VLVisionTower {
  /// Reads one picture.
  ///
  /// @param patches `[4 · rows · columns, features]`: cell by cell, row by row, and in each cell
  ///   the patches row by row
  /// @param rows of cells
  /// @param columns of cells
  /// @throws io.inkstream.engine.runtime.CancelledException soon after `signal` was given
  PictureEmbeds read(float[] patches, int rows, int columns, CancellationSignal signal);

  /// Rows that it gives for a cell: one among the prompt's, and those for the text encoder's
  /// layers.
  int rows();

  @Override
  void close();
}
