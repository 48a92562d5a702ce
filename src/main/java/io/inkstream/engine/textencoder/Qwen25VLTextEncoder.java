package io.inkstream.engine.textencoder;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.tensor.RowTable;
import io.inkstream.engine.tensor.Tensor;

/// The language part of Qwen2.5-VL: token ids → hidden states after the final norm.
public final class Qwen25VLTextEncoder implements AutoCloseable {
  private final TextLayers layers;
  private final RowTable embedding;
  private final int headDim;
  private final double ropeTheta;

  /// @param embedding `[vocabulary, hidden]`
  public Qwen25VLTextEncoder(TextLayers layers, RowTable embedding, int headDim, double ropeTheta) {
    this.layers = layers;
    this.embedding = embedding;
    this.headDim = headDim;
    this.ropeTheta = ropeTheta;
  }

  /// Width of a hidden state.
  public int width() {
    return embedding.columns();
  }

  /// The last hidden states `[tokens, hidden]`. The caller closes them.
  ///
  /// @throws IllegalArgumentException if an id is not in the embedding table
  public Tensor encode(int[] ids, CancellationSignal signal) {
    Tensor hidden = Tensor.zeros(ids.length, width());
    try (var embeds = Tensor.of(embed(ids), ids.length, width());
        var cos = rope(ids.length, true);
        var sin = rope(ids.length, false)) {
      layers.run(embeds, cos, sin, hidden, signal);
      return hidden;
    } catch (RuntimeException e) {
      hidden.close();
      throw e;
    }
  }

  private float[] embed(int[] ids) {
    float[] rows = new float[Math.multiplyExact(ids.length, width())];
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= embedding.rows()) {
        throw new IllegalArgumentException(
            "token id " + ids[i] + " is not in the embedding table of " + embedding.rows());
      }
      embedding.copyRow(ids[i], rows, i * width());
    }
    return rows;
  }

  /// `[tokens, headDim / 2]`; for text all three axes of the multimodal embedding are one.
  private Tensor rope(int tokens, boolean cosine) {
    int half = headDim / 2;
    float[] table = new float[tokens * half];
    for (int k = 0; k < half; k++) {
      float frequency = 1f / (float) Math.pow(ropeTheta, (float) (2 * k) / headDim);
      for (int token = 0; token < tokens; token++) {
        float angle = token * frequency;
        table[token * half + k] = (float) (cosine ? Math.cos(angle) : Math.sin(angle));
      }
    }
    return Tensor.of(table, tokens, half);
  }

  @Override
  public void close() {
    layers.close();
  }
}
