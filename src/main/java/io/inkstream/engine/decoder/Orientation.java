package io.inkstream.engine.decoder;

/// How a camera was held: what EXIF's field of that name says, 1 to 8.
///
/// @param swapped whether rows become columns
/// @param leftward whether what is left in the file ends up at the right, or, swapped, at the
///   bottom
/// @param upward whether what is at the file's top ends up at the bottom, or, swapped, at the right
record Orientation(boolean swapped, boolean leftward, boolean upward) {
  static Orientation of(int exif) {
    boolean swapped = exif >= 5;
    boolean leftward = exif == 2 || exif == 3 || exif == 7 || exif == 8;
    boolean upward = exif == 3 || exif == 4 || exif == 6 || exif == 7;
    return new Orientation(swapped, leftward, upward);
  }

  /// Where the first pixel of a row of the file goes.
  ///
  /// @param width of the file's rows
  /// @param height how many there are
  int start(int row, int width, int height) {
    int across = leftward ? width - 1 : 0;
    int down = upward ? height - 1 - row : row;
    return swapped ? across * height + down : down * width + across;
  }

  /// From there to the next pixel of the row.
  int step(int height) {
    return (swapped ? height : 1) * (leftward ? -1 : 1);
  }
}
