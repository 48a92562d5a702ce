package io.inkstream.engine.image;

import java.util.Map;
import java.util.OptionalInt;

/// Turns pixels into the bytes of an image file. Encoders are values: equal input, equal bytes.
public sealed interface ImageEncoder permits PngEncoder, JpegEncoder, WebpEncoder {
  /// The whole file.
  ///
  /// @param text what the file says about itself, keyword to text, in order; keywords follow the
  ///   rules of PNG in every format (1–79 printable Latin-1 characters, single spaces inside)
  /// @throws IllegalArgumentException if the picture is too large for the format, or a keyword or
  ///   text is not allowed
  byte[] encode(Pixels pixels, Map<String, String> text);

  ImageFormat format();

  /// The encoder of a format.
  ///
  /// @param setting PNG: compression level 0–9; JPEG: quality 1–100; WebP is always lossless, so a
  ///   quality of 0–100 is accepted and changes nothing. Empty: level 6, quality 90.
  /// @throws IllegalArgumentException if the setting is out of its range
  static ImageEncoder of(ImageFormat format, OptionalInt setting) {
    return switch (format) {
      case PNG -> new PngEncoder(setting.orElse(PngEncoder.DEFAULT_LEVEL));
      case JPEG -> new JpegEncoder(setting.orElse(JpegEncoder.DEFAULT_QUALITY));
      case WEBP -> {
        new Range("WebP quality", 0, 100).require(setting.orElse(100));
        yield new WebpEncoder();
      }
    };
  }
}
