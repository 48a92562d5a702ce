package io.inkstream.engine.network;

import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.graph.Layers;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.DeepVisionConfig;
import io.inkstream.engine.weights.VisionSizes;
import java.util.List;
import java.util.Map;

/// The vision tower of `Qwen3VLForConditionalGeneration` of transformers, one picture a run.
///
/// `pixel_values [patches, features], cos [patches, h], sin [patches, h], corners [patches · 4],
/// shares [patches, 4, 1]` → `embeds [patches / 4, out]` and `deep_K [patches / 4, out]` for the
/// text encoder's layer K, h being half a head's width. A patch's position is one between four
/// learnt ones, of which `corners` says the rows and `shares` how much of each. Attention is over
/// all patches.
public final class DeepVisionGraph {
  private static final int CORNERS = 4;

  private final Component component;
  private final DeepVisionConfig config;
  private final VisionSizes sizes;
  private final DType element;
  private final long hidden;

  /// @param element in which it computes, `F32` or `BF16`; inputs and outputs are float32
  public DeepVisionGraph(Component component, DeepVisionConfig config, DType element) {
    this.component = component;
    this.config = config;
    this.sizes = config.sizes();
    this.element = element;
    this.hidden = sizes.hiddenSize();
  }

  public OnnxModel build() {
    var g = new GraphBuilder("vision_tower", element);
    var layers = new VisionLayers(new Layers(g, component), sizes);
    String pixels = g.floatInput("pixel_values", "patches", sizes.patchFeatures());
    String x = g.op("Add", layers.patches(pixels, true), positions(layers));
    String cos = g.floatInput("cos", "patches", sizes.headDim() / 2);
    String sin = g.floatInput("sin", "patches", sizes.headDim() / 2);
    for (int block = 0; block < sizes.depth(); block++) {
      x = block(layers, "visual.blocks." + block + ".", x, cos, sin);
      int deep = config.deepBlocks().indexOf(block);
      if (deep >= 0) {
        g.floatOutput("deep_" + deep, deep(layers, deep, x), "cells", sizes.outHiddenSize());
      }
    }
    g.floatOutput("embeds", merged(layers, x), "cells", sizes.outHiddenSize());
    return g.build();
  }

  private String positions(VisionLayers layers) {
    GraphBuilder g = layers.g();
    long learnt = (long) config.positionSide() * config.positionSide();
    String table = layers.layers().weight("visual.pos_embed.weight", learnt, hidden);
    String corners = g.integers(g.plainFloatInput("corners", "corners"));
    String rows = g.op("Gather", List.of(table, corners), Map.of("axis", 0));
    String shares = g.floatInput("shares", "patches", CORNERS, 1);
    String parts = g.op("Mul", g.reshape(rows, -1, CORNERS, hidden), shares);
    return g.op("ReduceSum", List.of(parts, g.longs(1)), Map.of("keepdims", 0));
  }

  private String block(VisionLayers layers, String p, String x, String cos, String sin) {
    GraphBuilder g = layers.g();
    var rows = layers.attended(p, norm(layers, p + "norm1", x, hidden), cos, sin);
    String seen = layers.attention(rows.all());
    String middle = layers.afterAttention(p, x, seen);
    long inner = sizes.intermediateSize();
    String normed = norm(layers, p + "norm2", middle, hidden);
    String wide = layers.linear(p + "mlp.linear_fc1", normed, hidden, inner);
    String thought = g.microsoft("FastGelu", List.of(wide), Map.of());
    return g.op("Add", middle, layers.linear(p + "mlp.linear_fc2", thought, inner, hidden));
  }

  /// The patches of each cell, normalised, side by side, to one row.
  private String merged(VisionLayers layers, String x) {
    String normed = norm(layers, "visual.merger.norm", x, hidden);
    return row(layers, "visual.merger.", layers.g().reshape(normed, -1, sizes.cellFeatures()));
  }

  /// The patches of each cell side by side, normalised, to one row.
  private String deep(VisionLayers layers, int deep, String x) {
    String p = "visual.deepstack_merger_list." + deep + ".";
    long cell = sizes.cellFeatures();
    return row(layers, p, norm(layers, p + "norm", layers.g().reshape(x, -1, cell), cell));
  }

  private String row(VisionLayers layers, String p, String cells) {
    long cell = sizes.cellFeatures();
    String inner = layers.g().op("Gelu", layers.linear(p + "linear_fc1", cells, cell, cell));
    return layers.linear(p + "linear_fc2", inner, cell, sizes.outHiddenSize());
  }

  private String norm(VisionLayers layers, String name, String value, long width) {
    return layers.layers().layerNorm(name, value, width, VisionLayers.EPSILON);
  }
}
