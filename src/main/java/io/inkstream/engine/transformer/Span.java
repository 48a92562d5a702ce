package io.inkstream.engine.transformer;

import java.util.Arrays;

/// Rows that follow each other.
///
/// @param from the first
/// @param to after the last
record Span(int from, int to) {
  static final Span NONE = new Span(0, 0);

  int rows() {
    return to - from;
  }

  /// So many that follow.
  Span next(int rows) {
    return new Span(to, to + rows);
  }

  /// Those among the first so many.
  Span within(int rows) {
    return new Span(Math.min(from, rows), Math.min(to, rows));
  }

  /// As many, so much further on.
  Span after(int rows) {
    return new Span(from + rows, to + rows);
  }

  /// Their numbers.
  ///
  /// @param all of so many rows
  float[] of(float[] all, int rows) {
    int width = all.length / rows;
    return rows() == rows ? all : Arrays.copyOfRange(all, from * width, to * width);
  }
}
