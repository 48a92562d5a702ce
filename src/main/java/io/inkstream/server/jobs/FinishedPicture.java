package io.inkstream.server.jobs;

import io.inkstream.engine.image.ImageEncoder;
import io.inkstream.engine.request.GeneratedImage;

/// A picture as a file: encoded once, when it was drawn, for all who get it.
///
/// @param index among the job's pictures, from 0
/// @param prompt that it was drawn from
/// @param seed of its noise
/// @param transparent whether its file says how opaque each pixel is
/// @param file in the order's format, with the settings that drew it inside; not to be written to
@SuppressWarnings("ArrayRecordComponent") // megabytes: a copy would double them
public record FinishedPicture(
    int index, String prompt, long seed, int width, int height, boolean transparent, byte[] file) {
  static FinishedPicture of(GeneratedImage image, ImageEncoder encoder, byte[] file) {
    var pixels = image.pixels();
    return new FinishedPicture(
        image.index(),
        image.prompt(),
        image.seed(),
        pixels.width(),
        pixels.height(),
        pixels.alpha().isPresent() && encoder.keepsAlpha(),
        file);
  }

  /// As the wire says it, `WIDTHxHEIGHT`.
  public String size() {
    return width + "x" + height;
  }
}
