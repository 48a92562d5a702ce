package io.inkstream.engine.vae;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.tensor.TorchGenerator;
import org.jspecify.annotations.Nullable;

/// Colours straight from latents: each is a linear function of one latent's channels.
///
/// Published factors hold for one VAE. These are fitted to the loaded one at first use, by least
/// squares on a few small decoded samples. Any number of threads may use one.
public final class LatentPreview {
  private static final int SIDE = 16;
  private static final long SEED = 20;

  // Sizes of the samples' even patches, in latents. More samples gain little and delay the first.
  private static final int[] PATCHES = {2, 2, 4};

  private final AutoencoderKLQwenImage vae;
  // Rows of colours and alpha, columns of channels and the bias. Guarded by this.
  private float @Nullable [][] factors;

  public LatentPreview(AutoencoderKLQwenImage vae) {
    this.vae = vae;
  }

  /// A picture of the transformer's latents `[z, h, w]`, in [-1, 1], blurred.
  ///
  /// @param factor pixels to one latent, along each axis, 1 or more; between latents colours run
  ///   over
  /// @return `[3 or 4, factor h, factor w]`
  /// @throws io.inkstream.engine.runtime.CancelledException if `signal` is given at the first use
  public float[] project(
      float[] latents, int height, int width, int factor, CancellationSignal signal) {
    float[][] fitted = factors(signal);
    float[] small = new float[vae.pictureChannels() * height * width];
    for (int colour = 0; colour < vae.pictureChannels(); colour++) {
      project(latents, fitted[colour], small, colour * height * width, height * width);
    }
    return Bilinear.enlarge(small, vae.pictureChannels(), height, width, factor);
  }

  private void project(float[] latents, float[] row, float[] out, int at, int area) {
    int channels = vae.channels();
    for (int i = 0; i < area; i++) {
      float value = row[channels];
      for (int c = 0; c < channels; c++) {
        value += row[c] * latents[c * area + i];
      }
      out[at + i] = Math.clamp(value, -1f, 1f);
    }
  }

  private synchronized float[][] factors(CancellationSignal signal) {
    if (factors == null) {
      factors = fit(signal);
    }
    return factors;
  }

  private float[][] fit(CancellationSignal signal) {
    var fit = new LinearFit(vae.channels(), vae.pictureChannels());
    var noise = new TorchGenerator(SEED);
    for (int patch : PATCHES) {
      float[] latents = sample(noise, patch);
      float[] raw = latents.clone();
      vae.denormalize(raw);
      add(fit, latents, vae.decode(raw, SIDE, SIDE, signal));
    }
    return fit.solve();
  }

  /// Latents as the transformer makes them, of mean 0 and variance 1 in each channel.
  private float[] sample(TorchGenerator noise, int patch) {
    int across = SIDE / patch;
    float[] values = noise.randn(vae.channels() * across * across);
    float[] latents = new float[vae.channels() * SIDE * SIDE];
    for (int i = 0; i < latents.length; i++) {
      int x = i % SIDE / patch;
      int y = i / SIDE % SIDE / patch;
      int channel = i / SIDE / SIDE;
      latents[i] = values[(channel * across + y) * across + x];
    }
    return latents;
  }

  private void add(LinearFit fit, float[] latents, float[] picture) {
    int area = SIDE * SIDE;
    double[] input = new double[vae.channels()];
    double[] output = new double[vae.pictureChannels()];
    for (int i = 0; i < area; i++) {
      for (int c = 0; c < input.length; c++) {
        input[c] = latents[c * area + i];
      }
      for (int colour = 0; colour < vae.pictureChannels(); colour++) {
        output[colour] = mean(picture, colour, i / SIDE, i % SIDE);
      }
      fit.add(input, output);
    }
  }

  /// The mean colour of a latent's pixels.
  private double mean(float[] picture, int colour, int y, int x) {
    int scale = vae.scale();
    int width = SIDE * scale;
    int from = (colour * width + y * scale) * width + x * scale;
    double sum = 0;
    for (int i = 0; i < scale * scale; i++) {
      sum += picture[from + i / scale * width + i % scale];
    }
    return sum / (scale * scale);
  }
}
