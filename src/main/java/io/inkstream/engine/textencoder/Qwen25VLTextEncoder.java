package io.inkstream.engine.textencoder;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.tensor.RowTable;
import io.inkstream.engine.tensor.Tensor;
import java.util.List;

/// The language part of Qwen2.5-VL or Qwen3-VL: token ids → hidden states, as its layers give them.
public final class Qwen25VLTextEncoder implements AutoCloseable {
  private final TextLayers layers;
  private final RowTable embedding;
  private final MultimodalRope rope;

  /// @param embedding `[vocabulary, hidden]`
  /// @param ropeSections frequencies of a head that turn with time, height and width; none: one
  ///   axis is all there is
  public Qwen25VLTextEncoder(
      TextLayers layers,
      RowTable embedding,
      int headDim,
      double ropeTheta,
      List<Integer> ropeSections) {
    this.layers = layers;
    this.embedding = embedding;
    this.rope = new MultimodalRope(headDim, ropeTheta, ropeSections);
  }

  /// Width of a hidden state.
  public int width() {
    return embedding.columns();
  }

  /// The last hidden states `[tokens, hidden]`. The caller closes them.
  ///
  /// @throws IllegalArgumentException if an id is not in the embedding table
  public Tensor encode(int[] ids, CancellationSignal signal) {
    return encode(ids, List.of(), signal);
  }

  /// The same with pictures among the tokens, whose own ids do not count.
  ///
  /// @param pictures in their order
  Tensor encode(int[] ids, List<PlacedPicture> pictures, CancellationSignal signal) {
    int[][] positions = MultimodalRope.positions(ids.length, pictures);
    Tensor hidden = Tensor.zeros(ids.length, width());
    try (var embeds = Tensor.of(embed(ids, pictures), ids.length, width());
        var cos = rope.table(positions, true);
        var sin = rope.table(positions, false)) {
      layers.run(embeds, cos, sin, hidden, signal);
      return hidden;
    } catch (RuntimeException e) {
      hidden.close();
      throw e;
    }
  }

  private float[] embed(int[] ids, List<PlacedPicture> pictures) {
    float[] rows = embed(ids);
    for (PlacedPicture picture : pictures) {
      float[] own = picture.embeds().values();
      System.arraycopy(own, 0, rows, picture.at() * width(), own.length);
    }
    return rows;
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

  @Override
  public void close() {
    layers.close();
  }
}
