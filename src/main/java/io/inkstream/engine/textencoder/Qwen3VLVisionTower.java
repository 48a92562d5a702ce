package io.inkstream.engine.textencoder;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The eyes of Qwen3-VL, which see all of a picture at once, and give rows for the text encoder's
/// first layers, too.
///
/// @param graph described at `graph.DeepVisionGraph`
/// @param headDim width of a head
/// @param width of a row
/// @param positionSide learnt positions along each axis
/// @param deep how many layers get rows
public record Qwen3VLVisionTower(Subgraph graph, int headDim, int width, int positionSide, int deep)
    implements VisionTower {
  @Override
  public PictureEmbeds read(float[] patches, int rows, int columns, CancellationSignal signal) {
    var positions = new LearntPositions(rows, columns, positionSide);
    var rope = new VisionRope(columns, headDim);
    long count = positions.patches();
    try (var pixels = Tensor.of(patches, count, patches.length / count);
        var cos = rope.table(positions.cells(), true);
        var sin = rope.table(positions.cells(), false);
        var tables = positions.tables(rope);
        var results = new Results(this, rows * columns)) {
      Map<String, Tensor> inputs =
          Map.of(
              "pixel_values",
              pixels,
              "cos",
              cos,
              "sin",
              sin,
              "corners",
              tables.corners(),
              "shares",
              tables.shares());
      graph.run(inputs, results.named(), signal);
      return new PictureEmbeds(
          results.embeds.toArray(),
          results.layers.stream().map(Tensor::toArray).toList(),
          rows,
          columns,
          width);
    }
  }

  private static final class Results implements AutoCloseable {
    private final Tensor embeds;
    private final List<Tensor> layers = new ArrayList<>();

    Results(Qwen3VLVisionTower tower, int cells) {
      embeds = Tensor.zeros(cells, tower.width);
      for (int layer = 0; layer < tower.deep; layer++) {
        layers.add(Tensor.zeros(cells, tower.width));
      }
    }

    Map<String, Tensor> named() {
      Map<String, Tensor> named = new HashMap<>(Map.of("embeds", embeds));
      for (int layer = 0; layer < layers.size(); layer++) {
        named.put("deep_" + layer, layers.get(layer));
      }
      return named;
    }

    @Override
    public void close() {
      embeds.close();
      layers.forEach(Tensor::close);
    }
  }

  @Override
  public int rows() {
    return 1 + deep;
  }

  @Override
  public void close() {
    graph.close();
  }
}
