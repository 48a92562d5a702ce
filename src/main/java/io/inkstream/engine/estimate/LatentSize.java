package io.inkstream.engine.estimate;

/// The extent of an image's latents.
///
/// @param latentWidth columns of latents, even
/// @param latentHeight rows of latents, even
/// @param vaeScale pixels to one latent, along each axis
/// @param patch latents to one token, along each axis: 1 or 2
public record LatentSize(int latentWidth, int latentHeight, int vaeScale, int patch) {
  /// Qwen-Image's latents to one token, along each axis.
  public static final int PATCH = 2;

  // Sides are whole pairs of latents in all pipelines, whatever a token is.
  private static final int PAIR = 2;

  /// 32768 x 32768 pixels of a VAE with scale 8: all latents of an image fit one array.
  private static final long MAX_LATENTS = 1L << 24;

  public LatentSize {
    requireScale(vaeScale);
    if (!isExtent(latentWidth) || !isExtent(latentHeight)) {
      throw new IllegalArgumentException(
          "%dx%d latents are not whole patches of %d".formatted(latentWidth, latentHeight, PAIR));
    }
    if (patch < 1 || patch > PAIR) {
      throw new IllegalArgumentException("patch %d must be 1 or %d".formatted(patch, PAIR));
    }
    if ((long) latentWidth * latentHeight > MAX_LATENTS) {
      throw new IllegalArgumentException(
          "%dx%d latents are too many: at most %d are allowed"
              .formatted(latentWidth, latentHeight, MAX_LATENTS));
    }
  }

  /// Qwen-Image's.
  public LatentSize(int latentWidth, int latentHeight, int vaeScale) {
    this(latentWidth, latentHeight, vaeScale, PATCH);
  }

  /// Qwen-Image's latents of an image of about that size.
  ///
  /// @throws IllegalArgumentException if a side is too short or the image is too large
  public static LatentSize ofPixels(int width, int height, int vaeScale) {
    return ofPixels(width, height, vaeScale, PATCH);
  }

  /// The latents of an image of about that size: each side is cut to a multiple of `2 vaeScale`, as
  /// diffusers does.
  ///
  /// @throws IllegalArgumentException if a side is shorter than that or the image is too large
  public static LatentSize ofPixels(int width, int height, int vaeScale, int patch) {
    requireScale(vaeScale);
    long unit = (long) vaeScale * PAIR;
    if (width < unit || height < unit) {
      throw new IllegalArgumentException(
          "image size %dx%d is too small: each side must be %d pixels or more"
              .formatted(width, height, unit));
    }
    return new LatentSize(
        (int) (width / unit) * PAIR, (int) (height / unit) * PAIR, vaeScale, patch);
  }

  /// Pixels that both sides are a multiple of.
  public int unit() {
    return vaeScale * PAIR;
  }

  /// Number of the transformer's image tokens.
  public int tokens() {
    return rows() * columns();
  }

  /// Rows of tokens.
  public int rows() {
    return latentHeight / patch;
  }

  /// Tokens of a row.
  public int columns() {
    return latentWidth / patch;
  }

  /// Width of the finished image.
  public int pixelWidth() {
    return Math.multiplyExact(latentWidth, vaeScale);
  }

  /// Height of the finished image.
  public int pixelHeight() {
    return Math.multiplyExact(latentHeight, vaeScale);
  }

  private static void requireScale(int vaeScale) {
    if (vaeScale < 1) {
      throw new IllegalArgumentException("VAE scale %d must be 1 or more".formatted(vaeScale));
    }
  }

  private static boolean isExtent(int latents) {
    return latents >= PAIR && latents % PAIR == 0;
  }
}
