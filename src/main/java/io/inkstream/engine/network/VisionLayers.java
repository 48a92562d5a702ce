package io.inkstream.engine.network;

import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.graph.Layers;
import io.inkstream.engine.weights.VisionSizes;
import java.util.List;
import java.util.Map;

/// The layers that the vision towers of Qwen2.5-VL and Qwen3-VL have in common.
record VisionLayers(Layers layers, VisionSizes sizes) {
  static final float EPSILON = 1e-6f;

  private static final String PATCHES = "visual.patch_embed.proj";

  /// A convolution whose kernel is as large as its step: a product.
  ///
  /// @param pixels `[patches, features]`
  /// @param bias whether it has one
  String patches(String pixels, boolean bias) {
    String weight =
        layers.weight(
            PATCHES + ".weight",
            hidden(),
            sizes.inChannels(),
            sizes.temporalPatchSize(),
            sizes.patchSize(),
            sizes.patchSize());
    String rows = g().reshape(weight, hidden(), sizes.patchFeatures());
    List<String> operands =
        bias
            ? List.of(pixels, rows, layers.weight(PATCHES + ".bias", hidden()))
            : List.of(pixels, rows);
    return g().gemm(operands);
  }

  /// Of patches, queries and keys rotated.
  ///
  /// @param p the block's prefix
  Attended attended(String p, String normed, String cos, String sin) {
    var parts = g().split(linear(p + "attn.qkv", normed, hidden(), 3 * hidden()), 1, 3);
    return new Attended(
        rotated(parts.get(0), cos, sin),
        rotated(parts.get(1), cos, sin),
        g().reshape(parts.get(2), 1, -1, hidden()));
  }

  /// Half-rotation layout: `x · cos + [-x₂, x₁] · sin`; the result is `[1, patches, hidden]`.
  private String rotated(String value, String cos, String sin) {
    return g().microsoft(
            "RotaryEmbedding",
            List.of(g().reshape(value, 1, -1, hidden()), g().longs(0), cos, sin),
            Map.of("interleaved", 0, "num_heads", sizes.numHeads()));
  }

  String attention(List<String> operands) {
    var heads = AttentionHeads.attention(sizes.numHeads(), sizes.headDim());
    return g().microsoft("MultiHeadAttention", operands, heads);
  }

  /// The stream with what its patches saw.
  String afterAttention(String p, String x, String attended) {
    String rows = g().reshape(attended, -1, hidden());
    return g().op("Add", x, linear(p + "attn.proj", rows, hidden(), hidden()));
  }

  String linear(String layer, String value, long in, long out) {
    return layers.linear(layer, in, out).of(value);
  }

  GraphBuilder g() {
    return layers.g();
  }

  private long hidden() {
    return sizes.hiddenSize();
  }
}
