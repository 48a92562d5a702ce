package io.inkstream.engine.pipeline;

/// How large the pictures are, in pixels; each side is cut to a multiple of 16 when drawn.
///
/// @param width at least 16
/// @param height at least 16
public record Canvas(int width, int height) {
  /// diffusers' default for Qwen-Image.
  public static final Canvas DEFAULT = new Canvas(1024, 1024);

  public long pixels() {
    return (long) width * height;
  }
}
