package io.inkstream.engine.pipeline;

/// The extent of an image's latents.
///
/// @param latentWidth columns of latents, a multiple of `patch`
/// @param latentHeight rows of latents, a multiple of `patch`
/// @param vaeScale pixels to one latent, along each axis
/// @param patch latents to one token, along each axis
public record LatentSize(int latentWidth, int latentHeight, int vaeScale, int patch) {
  /// 32768 x 32768 pixels of a VAE with scale 8: all latents of an image fit one array.
  private static final long MAX_LATENTS = 1L << 24;

  public LatentSize {
    requireScales(vaeScale, patch);
    if (!isExtent(latentWidth, patch) || !isExtent(latentHeight, patch)) {
      throw new IllegalArgumentException(
          "%dx%d latents are not whole patches of %d".formatted(latentWidth, latentHeight, patch));
    }
    if ((long) latentWidth * latentHeight > MAX_LATENTS) {
      throw new IllegalArgumentException(
          "%dx%d latents are too many: at most %d are allowed"
              .formatted(latentWidth, latentHeight, MAX_LATENTS));
    }
  }

  /// The latents of an image of about that size: each side is cut to a multiple of `vaeScale *
  /// patch`, as diffusers does.
  ///
  /// @throws IllegalArgumentException if a side is shorter than that or the image is too large
  public static LatentSize ofPixels(int width, int height, int vaeScale, int patch) {
    requireScales(vaeScale, patch);
    long unit = (long) vaeScale * patch;
    if (width < unit || height < unit) {
      throw new IllegalArgumentException(
          "image size %dx%d is too small: each side must be %d pixels or more"
              .formatted(width, height, unit));
    }
    return new LatentSize(
        (int) (width / unit) * patch, (int) (height / unit) * patch, vaeScale, patch);
  }

  /// Number of the transformer's image tokens.
  public int tokens() {
    return (latentWidth / patch) * (latentHeight / patch);
  }

  /// Width of the finished image.
  public int pixelWidth() {
    return Math.multiplyExact(latentWidth, vaeScale);
  }

  /// Height of the finished image.
  public int pixelHeight() {
    return Math.multiplyExact(latentHeight, vaeScale);
  }

  private static void requireScales(int vaeScale, int patch) {
    if (vaeScale < 1 || patch < 1) {
      throw new IllegalArgumentException(
          "VAE scale %d and patch %d must be 1 or more".formatted(vaeScale, patch));
    }
  }

  private static boolean isExtent(int latents, int patch) {
    return latents >= patch && latents % patch == 0;
  }
}
