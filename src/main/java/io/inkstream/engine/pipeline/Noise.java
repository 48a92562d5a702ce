package io.inkstream.engine.pipeline;

import io.inkstream.engine.estimate.LatentSize;
import io.inkstream.engine.tensor.TorchGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Where a request's pictures get their random numbers: all from one generator in turn, or each
/// from its own.
///
/// @param size of a picture
/// @param channels of its latents
final class Noise {
  private final List<TorchGenerator> generators;
  private final int first;
  private final int pictures;
  private final LatentSize size;
  private final int channels;

  Noise(AdmittedRequest admitted, int channels) {
    this.generators = admitted.request().draws().seeds().stream().map(TorchGenerator::new).toList();
    this.first = admitted.first();
    this.pictures = admitted.load().pictures();
    this.size = admitted.size();
    this.channels = channels;
  }

  /// What each generator gives next, for each picture; the pictures of one generator share it.
  List<float[]> each(Function<TorchGenerator, float[]> next) {
    List<float[]> given = generators.stream().map(next).toList();
    List<float[]> ofEach = new ArrayList<>();
    for (int picture = 0; picture < pictures; picture++) {
      ofEach.add(given.get(given.size() == 1 ? 0 : first + picture));
    }
    return ofEach;
  }

  /// Noise of each picture, packed `[tokens, features]`.
  List<float[]> packed() {
    int height = size.latentHeight();
    int width = size.latentWidth();
    List<float[]> latents = new ArrayList<>();
    passOver(channels * height * width);
    for (int picture = first; picture < first + pictures; picture++) {
      var generator = generators.get(generators.size() == 1 ? 0 : picture);
      float[] drawn = generator.randn(channels * height * width);
      latents.add(Latents.pack(drawn, channels, height, width, size.patch()));
    }
    return latents;
  }

  /// Where all take turns, the pictures before the first have had theirs.
  private void passOver(int numbers) {
    if (generators.size() == 1) {
      for (int picture = 0; picture < first; picture++) {
        generators.getFirst().randn(numbers);
      }
    }
  }

  /// Latents at a noise level between a picture's and noise: diffusers' `scale_noise`.
  static float[] mixed(float[] clean, float[] noise, float sigma) {
    float[] mixed = new float[clean.length];
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = sigma * noise[i] + (1 - sigma) * clean[i];
    }
    return mixed;
  }
}
