package io.inkstream.engine.textencoder;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.tensor.RowTable;
import io.inkstream.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// The language part of Qwen2.5-VL or Qwen3-VL: token ids → hidden states, as its layers give them.
public final class Qwen25VLTextEncoder implements AutoCloseable {
  private final TextLayers layers;
  private final RowTable embedding;
  private final MultimodalRope rope;

  /// @param embedding `[vocabulary, hidden]`
  /// @param rope its rotation
  public Qwen25VLTextEncoder(TextLayers layers, RowTable embedding, MultimodalRope rope) {
    this.layers = layers;
    this.embedding = embedding;
    this.rope = rope;
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
    List<Tensor> deep = deep(ids.length, pictures);
    try (var embeds = Tensor.of(embed(ids, pictures), ids.length, width());
        var cos = rope.table(positions, true);
        var sin = rope.table(positions, false)) {
      layers.run(embeds, deep, cos, sin, hidden, signal);
      return hidden;
    } catch (RuntimeException e) {
      hidden.close();
      throw e;
    } finally {
      deep.forEach(Tensor::close);
    }
  }

  private float[] embed(int[] ids, List<PlacedPicture> pictures) {
    float[] rows = embed(ids);
    pictures.forEach(picture -> put(rows, picture, picture.embeds().values()));
    return rows;
  }

  /// What pictures add to the results of the first layers, `[tokens, hidden]` each.
  private List<Tensor> deep(int tokens, List<PlacedPicture> pictures) {
    int count = pictures.stream().mapToInt(one -> one.embeds().deep().size()).max().orElse(0);
    List<Tensor> added = new ArrayList<>();
    for (int layer = 0; layer < count; layer++) {
      float[] rows = new float[Math.multiplyExact(tokens, width())];
      for (PlacedPicture picture : pictures) {
        put(rows, picture, picture.embeds().deep().get(layer));
      }
      added.add(Tensor.of(rows, tokens, width()));
    }
    return added;
  }

  private void put(float[] rows, PlacedPicture picture, float[] own) {
    System.arraycopy(own, 0, rows, picture.at() * width(), own.length);
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
