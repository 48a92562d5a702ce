package io.inkstream.engine.textencoder;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Tensor;
import java.util.Map;

/// The eyes of Qwen2.5-VL, which see most of a picture window by window.
///
/// @param graph described at `graph.VisionGraph`
/// @param headDim width of a head
/// @param width of a row
/// @param windowSide of a window of attention, in cells
public record Qwen25VLVisionTower(Subgraph graph, int headDim, int width, int windowSide)
    implements VisionTower {
  @Override
  public PictureEmbeds read(float[] patches, int rows, int columns, CancellationSignal signal) {
    var windows = new VisionWindows(rows, columns, windowSide);
    int[] order = windows.order();
    var rope = new VisionRope(columns, headDim);
    int features = patches.length / windows.patches();
    try (var pixels =
            Tensor.of(
                reordered(patches, order, VisionRope.MERGED * features, true),
                windows.patches(),
                features);
        var cos = rope.table(order, true);
        var sin = rope.table(order, false);
        var tables = windows.tables();
        var out = Tensor.zeros(windows.cells(), width)) {
      graph.run(
          Map.of(
              "pixel_values",
              pixels,
              "cos",
              cos,
              "sin",
              sin,
              "filled",
              tables.filled(),
              "places",
              tables.places(),
              "bias",
              tables.bias()),
          Map.of("embeds", out),
          signal);
      return new PictureEmbeds(reordered(out.toArray(), order, width, false), rows, columns, width);
    }
  }

  /// Rows in the order of windows, or back from it.
  private static float[] reordered(float[] rows, int[] order, int length, boolean toWindows) {
    float[] moved = new float[rows.length];
    for (int i = 0; i < order.length; i++) {
      int from = toWindows ? order[i] : i;
      int to = toWindows ? i : order[i];
      System.arraycopy(rows, from * length, moved, to * length, length);
    }
    return moved;
  }

  @Override
  public int rows() {
    return 1;
  }

  @Override
  public void close() {
    graph.close();
  }
}
