package io.inkstream.engine.image;

import java.util.Map;

/// Turns pixels into the bytes of an image file. Encoders are values: equal input, equal bytes.
public interface ImageEncoder {
  /// The whole file.
  ///
  /// @param text what the file says about itself, keyword to text, in order; keywords follow the
  ///   rules of PNG in every format (1–79 printable Latin-1 characters, single spaces inside)
  /// @throws IllegalArgumentException if the picture is too large for the format, or a keyword or
  ///   text is not allowed
  byte[] encode(Pixels pixels, Map<String, String> text);

  /// The most that a file of so many pixels can take, its texts aside.
  long mostBytes(long pixels);

  /// The most that encoding so many pixels takes of the heap, the file included, the pixels not.
  long heapBytes(long pixels);

  ImageFormat format();

  /// Whether its files say how opaque each pixel is, of pictures that do.
  default boolean keepsAlpha() {
    return format().keepsAlpha();
  }
}
