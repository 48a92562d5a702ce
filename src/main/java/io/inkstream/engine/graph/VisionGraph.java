package io.inkstream.engine.graph;

import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.VisionConfig;
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
  private static final float EPSILON = 1e-6f;

  private final Component component;
  private final VisionConfig config;
  private final DType element;
  private final long hidden;

  /// @param element in which it computes, `F32` or `BF16`; inputs and output are float32
  public VisionGraph(Component component, VisionConfig config, DType element) {
    this.component = component;
    this.config = config;
    this.element = element;
    this.hidden = config.hiddenSize();
  }

  public OnnxModel build() {
    var g = new GraphBuilder("vision_tower", element);
    String x = patches(g, g.floatInput("pixel_values", "patches", config.patchFeatures()));
    String cos = g.floatInput("cos", "patches", config.headDim() / 2);
    String sin = g.floatInput("sin", "patches", config.headDim() / 2);
    var windows =
        new Windows(
            g.integers(g.plainFloatInput("filled", "filled")),
            g.integers(g.plainFloatInput("places", "patches")),
            g.floatInput("bias", "windows", 1, config.windowPatches(), config.windowPatches()));
    for (int block = 0; block < config.depth(); block++) {
      x = block(g, block, x, cos, sin, windows);
    }
    g.floatOutput("embeds", merged(g, x), "cells", config.outHiddenSize());
    return g.build();
  }

  private record Windows(String filled, String places, String bias) {}

  /// A convolution whose kernel is as large as its step: a product.
  private String patches(GraphBuilder g, String pixels) {
    String weight =
        layers(g)
            .weight(
                "visual.patch_embed.proj.weight",
                hidden,
                config.inChannels(),
                config.temporalPatchSize(),
                config.patchSize(),
                config.patchSize());
    String rows = g.reshape(weight, hidden, config.patchFeatures());
    return g.op("Gemm", List.of(pixels, rows), Map.of("transB", 1));
  }

  private String block(
      GraphBuilder g, int block, String x, String cos, String sin, Windows windows) {
    String p = "visual.blocks." + block + ".";
    String normed = layers(g).rmsNorm(p + "norm1", x, hidden, EPSILON);
    var parts = g.split(linear(g, p + "attn.qkv", normed, hidden, 3 * hidden), 1, 3);
    String query = rotated(g, parts.get(0), cos, sin);
    String key = rotated(g, parts.get(1), cos, sin);
    String value = g.reshape(parts.get(2), 1, -1, hidden);
    String attended =
        config.attendsToAll(block)
            ? attention(g, List.of(query, key, value))
            : windowed(g, query, key, value, windows);
    String rows = g.reshape(attended, -1, hidden);
    String middle = g.op("Add", x, linear(g, p + "attn.proj", rows, hidden, hidden));
    return g.op(
        "Add", middle, mlp(g, p + "mlp.", layers(g).rmsNorm(p + "norm2", middle, hidden, EPSILON)));
  }

  private String windowed(GraphBuilder g, String query, String key, String value, Windows windows) {
    String attended =
        attention(
            g,
            List.of(
                filled(g, query, windows),
                filled(g, key, windows),
                filled(g, value, windows),
                "",
                "",
                windows.bias()));
    String rows = g.reshape(attended, -1, hidden);
    return g.op("Gather", List.of(rows, windows.places()), Map.of("axis", 0));
  }

  private String filled(GraphBuilder g, String value, Windows windows) {
    String places = g.op("Gather", List.of(value, windows.filled()), Map.of("axis", 1));
    return g.reshape(places, -1, config.windowPatches(), hidden);
  }

  private String attention(GraphBuilder g, List<String> operands) {
    return g.microsoft("MultiHeadAttention", operands, Map.of("num_heads", config.numHeads()));
  }

  /// Half-rotation layout: `x · cos + [-x₂, x₁] · sin`; the result is `[1, patches, hidden]`.
  private String rotated(GraphBuilder g, String value, String cos, String sin) {
    return g.microsoft(
        "RotaryEmbedding",
        List.of(g.reshape(value, 1, -1, hidden), g.longs(0), cos, sin),
        Map.of("interleaved", 0, "num_heads", config.numHeads()));
  }

  private String mlp(GraphBuilder g, String p, String value) {
    long inner = config.intermediateSize();
    String gate = g.silu(linear(g, p + "gate_proj", value, hidden, inner));
    String up = linear(g, p + "up_proj", value, hidden, inner);
    return linear(g, p + "down_proj", g.op("Mul", gate, up), inner, hidden);
  }

  /// The patches of each cell side by side, to one row.
  private String merged(GraphBuilder g, String x) {
    long cell = hidden * config.spatialMergeSize() * config.spatialMergeSize();
    String normed = layers(g).rmsNorm("visual.merger.ln_q", x, hidden, EPSILON);
    String cells = g.reshape(normed, -1, cell);
    String inner = g.op("Gelu", linear(g, "visual.merger.mlp.0", cells, cell, cell));
    return linear(g, "visual.merger.mlp.2", inner, cell, config.outHiddenSize());
  }

  private String linear(GraphBuilder g, String layer, String value, long in, long out) {
    return layers(g).linear(layer, in, out).of(value);
  }

  private Layers layers(GraphBuilder g) {
    return new Layers(g, component);
  }
}
