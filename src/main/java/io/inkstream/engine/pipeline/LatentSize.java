package io.inkstream.engine.pipeline;

/// The extent of an image's latents.
///
/// @param latentWidth columns of latents, a multiple of [#PATCH]
/// @param latentHeight rows of latents, a multiple of [#PATCH]
/// @param vaeScale pixels to one latent, along each axis
public record LatentSize(int latentWidth, int latentHeight, int vaeScale) {
  /// Latents to one token, along each axis: Qwen-Image's, the only one that [Latents] packs.
  public static final int PATCH = 2;

  /// 32768 x 32768 pixels of a VAE with scale 8: all latents of an image fit one array.
  private static final long MAX_LATENTS = 1L << 24;

  public LatentSize {
    requireScale(vaeScale);
    if (!isExtent(latentWidth) || !isExtent(latentHeight)) {
      throw new IllegalArgumentException(
          "%dx%d latents are not whole patches of %d".formatted(latentWidth, latentHeight, PATCH));
    }
    if ((long) latentWidth * latentHeight > MAX_LATENTS) {
      throw new IllegalArgumentException(
          "%dx%d latents are too many: at most %d are allowed"
              .formatted(latentWidth, latentHeight, MAX_LATENTS));
    }
  }

  /// The latents of an image of about that size: each side is cut to a multiple of `vaeScale *
  /// PATCH`, as diffusers does.
  ///
  /// @throws IllegalArgumentException if a side is shorter than that or the image is too large
  public static LatentSize ofPixels(int width, int height, int vaeScale) {
    requireScale(vaeScale);
    long unit = (long) vaeScale * PATCH;
    if (width < unit || height < unit) {
      throw new IllegalArgumentException(
          "image size %dx%d is too small: each side must be %d pixels or more"
              .formatted(width, height, unit));
    }
    return new LatentSize((int) (width / unit) * PATCH, (int) (height / unit) * PATCH, vaeScale);
  }

  /// Number of the transformer's image tokens.
  public int tokens() {
    return rows() * columns();
  }

  /// Rows of tokens.
  int rows() {
    return latentHeight / PATCH;
  }

  /// Tokens of a row.
  int columns() {
    return latentWidth / PATCH;
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
    return latents >= PATCH && latents % PATCH == 0;
  }
}
