package io.inkstream.engine.textencoder;

import io.inkstream.engine.tensor.Tensor;
import java.util.Arrays;

/// A prompt as the transformer reads it: one row for each token after the template.
///
/// @param values `[tokens, width]`, row-major; not to be written
public record PromptEmbeds(float[] values, int tokens, int width) {
  /// The rows as a tensor `[tokens, width]`. The caller closes it.
  public Tensor toTensor() {
    return Tensor.of(values, tokens, width);
  }

  /// The first `count` rows.
  PromptEmbeds first(int count) {
    return new PromptEmbeds(Arrays.copyOf(values, count * width), count, width);
  }
}
