package io.inkstream.engine.network;

import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.graph.Layers;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.VisionConfig;
import io.inkstream.engine.weights.VisionSizes;
import java.util.List;
import java.util.Map;

/// The vision tower of `Qwen2_5_VLForConditionalGeneration` of transformers, one picture a run.
///
/// `pixel_values [patches, features], cos [patches, h], sin [patches, h], filled [places], places
/// [patches], bias [windows, 1, full, full]` → `embeds [patches / 4, out]`, h being half a head's
/// width, patches and results in the order of windows. Attention of most blocks is within windows:
/// patches are put where full windows have them (`filled` says which patch, `places` where to find
/// it again) and `bias` hides what fills them up; that of the others is over all patches.
public final class VisionGraph {
  private final Component component;
  private final VisionConfig config;
  private final VisionSizes sizes;
  private final DType element;
  private final long hidden;

  /// @param element in which it computes, `F32` or `BF16`; inputs and output are float32
  public VisionGraph(Component component, VisionConfig config, DType element) {
    this.component = component;
    this.config = config;
    this.element = element;
    this.sizes = config.sizes();
    this.hidden = sizes.hiddenSize();
  }

  public OnnxModel build() {
    var g = new GraphBuilder("vision_tower", element);
    var layers = new VisionLayers(new Layers(g, component), sizes);
    String pixels = g.floatInput("pixel_values", "patches", sizes.patchFeatures());
    String x = layers.patches(pixels, false);
    String cos = g.floatInput("cos", "patches", sizes.headDim() / 2);
    String sin = g.floatInput("sin", "patches", sizes.headDim() / 2);
    var windows =
        new Windows(
            g.integers(g.plainFloatInput("filled", "filled")),
            g.integers(g.plainFloatInput("places", "patches")),
            g.floatInput("bias", "windows", 1, config.windowPatches(), config.windowPatches()));
    for (int block = 0; block < sizes.depth(); block++) {
      x = block(layers, block, x, cos, sin, windows);
    }
    g.floatOutput("embeds", merged(layers, x), "cells", sizes.outHiddenSize());
    return g.build();
  }

  private record Windows(String filled, String places, String bias) {}

  private String block(
      VisionLayers layers, int block, String x, String cos, String sin, Windows windows) {
    String p = "visual.blocks." + block + ".";
    var rows = layers.attended(p, norm(layers, p + "norm1", x), cos, sin);
    String seen =
        config.attendsToAll(block) ? layers.attention(rows.all()) : windowed(layers, rows, windows);
    String middle = layers.afterAttention(p, x, seen);
    return layers.g().op("Add", middle, mlp(layers, p + "mlp.", norm(layers, p + "norm2", middle)));
  }

  private String norm(VisionLayers layers, String name, String value) {
    return layers.layers().rmsNorm(name, value, hidden, VisionLayers.EPSILON);
  }

  private String windowed(VisionLayers layers, Attended rows, Windows windows) {
    GraphBuilder g = layers.g();
    String attended =
        layers.attention(
            List.of(
                filled(g, rows.query(), windows),
                filled(g, rows.key(), windows),
                filled(g, rows.value(), windows),
                "",
                "",
                windows.bias()));
    String patches = g.reshape(attended, -1, hidden);
    return g.op("Gather", List.of(patches, windows.places()), Map.of("axis", 0));
  }

  private String filled(GraphBuilder g, String value, Windows windows) {
    String places = g.op("Gather", List.of(value, windows.filled()), Map.of("axis", 1));
    return g.reshape(places, -1, config.windowPatches(), hidden);
  }

  private String mlp(VisionLayers layers, String p, String value) {
    long inner = sizes.intermediateSize();
    String gate = layers.g().silu(layers.linear(p + "gate_proj", value, hidden, inner));
    String up = layers.linear(p + "up_proj", value, hidden, inner);
    return layers.linear(p + "down_proj", layers.g().op("Mul", gate, up), inner, hidden);
  }

  /// The patches of each cell side by side, to one row.
  private String merged(VisionLayers layers, String x) {
    GraphBuilder g = layers.g();
    long cell = sizes.cellFeatures();
    String cells = g.reshape(norm(layers, "visual.merger.ln_q", x), -1, cell);
    String inner = g.op("Gelu", layers.linear("visual.merger.mlp.0", cells, cell, cell));
    return layers.linear("visual.merger.mlp.2", inner, cell, sizes.outHiddenSize());
  }
}
