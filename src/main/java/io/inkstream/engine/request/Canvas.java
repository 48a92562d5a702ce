package io.inkstream.engine.request;

/// How large the pictures are, in pixels; each side is cut to a multiple of 16 when drawn.
///
/// @param width at least 16
/// @param height at least 16
public record Canvas(int width, int height) {
  /// A token's.
  public static final int SHORTEST_SIDE = 16;

  /// Of a square whose latents fit one array.
  public static final int LONGEST_SIDE = 32_768;

  /// diffusers' default for Qwen-Image.
  public static final Canvas DEFAULT = new Canvas(1024, 1024);

  public long pixels() {
    return (long) width * height;
  }
}
