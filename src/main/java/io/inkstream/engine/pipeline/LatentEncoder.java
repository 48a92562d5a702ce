package io.inkstream.engine.pipeline;

import io.inkstream.engine.estimate.LatentSize;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.image.Resample;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.vae.AutoencoderKLQwenImage;
import io.inkstream.engine.vae.Posterior;

/// From pixels to the packed latents of a picture.
record LatentEncoder(AutoencoderKLQwenImage vae) {
  /// What a picture is to the VAE, brought to a size as PIL does it.
  Posterior encode(Pixels pixels, LatentSize size, CancellationSignal signal) {
    Pixels fitting = Resample.lanczos(pixels, size.pixelWidth(), size.pixelHeight());
    float[] sample = VaeImageProcessor.toSample(fitting, vae.pictureChannels());
    return vae.encode(sample, size.latentHeight(), size.latentWidth(), signal);
  }

  /// Latents of the VAE `[z, h, w]` as the transformer's tokens `[tokens, 4 z]`.
  ///
  /// @param latents written over
  float[] packed(float[] latents, LatentSize size) {
    vae.normalize(latents);
    return Latents.pack(
        latents, vae.channels(), size.latentHeight(), size.latentWidth(), size.patch());
  }
}
