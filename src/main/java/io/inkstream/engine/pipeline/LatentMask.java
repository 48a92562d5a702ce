package io.inkstream.engine.pipeline;

import io.inkstream.engine.estimate.LatentSize;
import io.inkstream.engine.image.Plane;
import io.inkstream.engine.image.Resample;
import java.util.List;

/// Which latents of a picture are drawn anew.
final class LatentMask {
  private static final int WHITE = 128; // of 255, half and more

  private final float[] packed;

  private LatentMask(float[] packed) {
    this.packed = packed;
  }

  /// A mask brought to the picture's size as PIL does it, made black and white, of which each
  /// latent takes the pixel at its top left: diffusers' `prepare_mask_latents`.
  static LatentMask of(Plane mask, LatentSize size, int channels) {
    Plane fitting = Resample.lanczos(mask, size.pixelWidth(), size.pixelHeight());
    int height = size.latentHeight();
    int width = size.latentWidth();
    float[] latents = new float[channels * height * width];
    for (int i = 0; i < latents.length; i++) {
      int x = i % width * size.vaeScale();
      int y = i / width % height * size.vaeScale();
      int level = fitting.samples()[y * fitting.width() + x] & 0xff;
      latents[i] = level >= WHITE ? 1 : 0;
    }
    return new LatentMask(Latents.pack(latents, channels, height, width, size.patch()));
  }

  /// Puts what is to stay in the place of what was drawn where the mask is black.
  void keep(List<float[]> staying, List<float[]> drawn) {
    for (int image = 0; image < drawn.size(); image++) {
      float[] from = staying.get(image);
      float[] to = drawn.get(image);
      for (int i = 0; i < to.length; i++) {
        to[i] = (1 - packed[i]) * from[i] + packed[i] * to[i];
      }
    }
  }
}
