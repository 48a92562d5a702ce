package io.inkstream.engine.decoder;

import io.inkstream.engine.image.ImageFormatException;
import java.time.Duration;

/// What one picture may take.
///
/// @param pixels of it
/// @param time to decode it
public record DecoderLimits(long pixels, Duration time) {
  /// Of the newest telephones.
  public static final DecoderLimits DEFAULT = new DecoderLimits(50_000_000, Duration.ofSeconds(60));

  // What is kept of a pixel between scans or passes, of several components of 16 bits each, and
  // what
  // it becomes; and as much as libraries want beside it.
  private static final int BYTES_OF_PIXEL = 16;
  private static final long FIXED_BYTES = 64L << 20;
  private static final long MOST_BYTES = Integer.MAX_VALUE - (1L << 16);
  private static final int PAGE = 1 << 16;

  void require(int width, int height) {
    if (width < 1 || height < 1 || (long) width * height > pixels) {
      throw new ImageFormatException(
          "a picture of %dx%d pixels: at most %d may be decoded".formatted(width, height, pixels));
    }
  }

  /// The most memory of a decoder, in pages of WebAssembly.
  ///
  /// @param file in bytes, which some formats want as a whole
  int pages(long file) {
    long bytes = Math.min(MOST_BYTES, FIXED_BYTES + 2 * file + BYTES_OF_PIXEL * pixels);
    return (int) (bytes / PAGE);
  }
}
