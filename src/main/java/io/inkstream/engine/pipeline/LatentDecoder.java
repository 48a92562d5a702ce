package io.inkstream.engine.pipeline;

import io.inkstream.engine.estimate.LatentSize;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.vae.AutoencoderKLQwenImage;
import io.inkstream.engine.vae.LatentPreview;

/// From the packed latents of a picture to its pixels, in three qualities.
final class LatentDecoder {
  private final AutoencoderKLQwenImage vae;
  private final LatentPreview preview;

  LatentDecoder(AutoencoderKLQwenImage vae) {
    this.vae = vae;
    this.preview = new LatentPreview(vae);
  }

  /// The picture itself.
  Pixels decode(float[] packed, LatentSize size, CancellationSignal signal) {
    return decode(unpack(packed, size), size.latentHeight(), size.latentWidth(), signal);
  }

  /// See [Prediction#smallPicture].
  Pixels decodeSmall(float[] packed, LatentSize size, CancellationSignal signal) {
    int cell = Math.ceilDiv(longerSide(size), Prediction.MAX_SMALL_SIDE / vae.scale());
    int height = Math.max(1, size.latentHeight() / cell);
    int width = Math.max(1, size.latentWidth() / cell);
    float[] small = average(unpack(packed, size), size, cell);
    return decode(small, height, width, signal);
  }

  /// See [Prediction#sketch].
  Pixels sketch(float[] packed, LatentSize size, CancellationSignal signal) {
    int cell = Math.ceilDiv(longerSide(size), Prediction.MAX_SMALL_SIDE);
    int height = Math.max(1, size.latentHeight() / cell);
    int width = Math.max(1, size.latentWidth() / cell);
    float[] small = average(unpack(packed, size), size, cell);
    int factor = Math.clamp(Prediction.MAX_SMALL_SIDE / Math.max(height, width), 1, vae.scale());
    float[] sample = preview.project(small, height, width, factor, signal);
    return VaeImageProcessor.toPixels(sample, width * factor, height * factor);
  }

  private static int longerSide(LatentSize size) {
    return Math.max(size.latentHeight(), size.latentWidth());
  }

  private float[] unpack(float[] packed, LatentSize size) {
    return Latents.unpack(
        packed, vae.channels(), size.latentHeight(), size.latentWidth(), size.patch());
  }

  private Pixels decode(float[] latents, int height, int width, CancellationSignal signal) {
    vae.denormalize(latents);
    float[] sample = vae.decode(latents, height, width, signal);
    return VaeImageProcessor.toPixels(sample, width * vae.scale(), height * vae.scale());
  }

  /// Means over cells of `cell` x `cell`; what is left over at the right and the bottom is cut.
  private float[] average(float[] latents, LatentSize size, int cell) {
    if (cell == 1) {
      return latents;
    }
    int height = Math.max(1, size.latentHeight() / cell);
    int width = Math.max(1, size.latentWidth() / cell);
    float[] means = new float[vae.channels() * height * width];
    for (int i = 0; i < means.length; i++) {
      int x = i % width;
      int y = i / width % height;
      int channel = i / width / height;
      int from = (channel * size.latentHeight() + y * cell) * size.latentWidth() + x * cell;
      means[i] = mean(latents, from, size, cell, y, x);
    }
    return means;
  }

  private static float mean(float[] latents, int from, LatentSize size, int cell, int y, int x) {
    int rows = Math.min(cell, size.latentHeight() - y * cell);
    int columns = Math.min(cell, size.latentWidth() - x * cell);
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        sum += latents[from + row * size.latentWidth() + column];
      }
    }
    return (float) (sum / (rows * columns));
  }
}
