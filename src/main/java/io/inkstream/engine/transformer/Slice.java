package io.inkstream.engine.transformer;

import java.util.Arrays;

/// One of the lanes that the rows of a branch are shared out to. Each kind of rows, of text, of the
/// drawn picture, of given ones, is shared out evenly by itself, whatever its number: a lane may
/// have one more than another, or none.
///
/// @param index its number, from 0
/// @param count of lanes
record Slice(int index, int count) {
  /// That which has all rows.
  static final Slice WHOLE = new Slice(0, 1);

  /// The first of its rows of so many.
  int from(int rows) {
    return begin(index, rows);
  }

  /// How many of so many rows are its own.
  int of(int rows) {
    return begin(index + 1, rows) - begin(index, rows);
  }

  private int begin(int slice, int rows) {
    return Math.toIntExact((long) slice * rows / count);
  }

  /// How many of some kinds of rows are its own, together.
  int ofAll(int... kinds) {
    return Arrays.stream(kinds).map(this::of).sum();
  }

  /// Its own rows, in the order of their kinds.
  ///
  /// @param all kind after kind; given back where all are its own
  /// @param kinds how many rows of each there are
  float[] rows(float[] all, int... kinds) {
    if (count == 1) {
      return all;
    }
    int width = all.length / Arrays.stream(kinds).sum();
    float[] own = new float[ofAll(kinds) * width];
    int kind = 0;
    int at = 0;
    for (int rows : kinds) {
      int numbers = of(rows) * width;
      System.arraycopy(all, (kind + from(rows)) * width, own, at, numbers);
      kind += rows;
      at += numbers;
    }
    return own;
  }
}
