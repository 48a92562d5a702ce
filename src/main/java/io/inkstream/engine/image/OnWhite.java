package io.inkstream.engine.image;

import java.util.Map;

/// Writes pictures on white, whether the format could keep their alpha or not.
public record OnWhite(ImageEncoder encoder) implements ImageEncoder {
  @Override
  public byte[] encode(Pixels pixels, Map<String, String> text) {
    return encoder.encode(pixels.onWhite(), text);
  }

  @Override
  public long mostBytes(long pixels) {
    return encoder.mostBytes(pixels);
  }

  /// Beside what the format takes, the colours on white.
  @Override
  public long heapBytes(long pixels) {
    return Pixels.CHANNELS * pixels + encoder.heapBytes(pixels);
  }

  @Override
  public ImageFormat format() {
    return encoder.format();
  }

  @Override
  public boolean keepsAlpha() {
    return false;
  }
}
