package io.inkstream.kernel;

/// How large a run of a [FusedOperator] is.
///
/// @param image rows of the image's stream
/// @param text rows of the text's stream
/// @param width of a row
/// @param head width of a head; that of a row where there are no heads
public record Geometry(int image, int text, int width, int head) {
  /// Rows of both streams.
  public int rows() {
    return image + text;
  }
}
