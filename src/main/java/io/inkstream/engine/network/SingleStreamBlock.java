package io.inkstream.engine.network;

import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.graph.Layers;
import io.inkstream.engine.weights.TransformerConfig;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A block of Qwen-Image-2.1 over rows of one stream, which the prefix and the picture run alike:
/// what their rows attend to is all that differs.
///
/// `cos` and `sin` of the rows are inputs of the graph.
final class SingleStreamBlock {
  private final boolean stacked;
  private final GraphBuilder g;
  private final Layers layers;
  private final TransformerConfig config;
  private final AttentionHeads heads;
  private final long width;

  /// @param layers of the block
  /// @param stacked whether it takes its weights as [FusedSingleStreamBlock] does
  SingleStreamBlock(Layers layers, TransformerConfig config, boolean stacked) {
    this.stacked = stacked;
    this.g = layers.g();
    this.layers = layers;
    this.config = config;
    this.heads = new AttentionHeads(layers, config);
    this.width = config.innerDim();
  }

  /// @param modulation 1 + scale and tanh(gate) of the attention, then of the MLP
  Attended attended(String h, List<String> modulation) {
    String normed = norm(g, h, modulation.get(0));
    var all = stacked ? together(normed) : apart(normed);
    return new Attended(
        heads.rotated(heads.normed(all.get(0), "attn.norm_q")),
        heads.rotated(heads.normed(all.get(1), "attn.norm_k")),
        g.reshape(all.get(2), 1, -1, width));
  }

  private List<String> together(String normed) {
    return g.split(new StackedLayers(layers, config).heads().product(normed), 1, 3);
  }

  private List<String> apart(String normed) {
    return Stream.of("attn.to_q", "attn.to_k", "attn.to_v")
        .map(layer -> product(normed, layer))
        .toList();
  }

  /// Rows that each see themselves and those before them.
  String causal(Attended rows) {
    return g.op(
        "Attention",
        rows.all(),
        Map.of(
            "is_causal", 1,
            "q_num_heads", config.numAttentionHeads(),
            "kv_num_heads", config.numAttentionHeads(),
            "scale", AttentionHeads.scale(config.attentionHeadDim())));
  }

  /// Rows that see a prefix and all of themselves.
  ///
  /// @param key of the prefix, `[txt, D]`
  /// @param value of the prefix, `[txt, D]`
  String behind(String key, String value, Attended rows) {
    return g.microsoft(
        "MultiHeadAttention",
        List.of(rows.query(), joined(key, rows.key()), joined(value, rows.value())),
        heads.attention());
  }

  /// Rows that see of a prefix and of themselves what a bias leaves them.
  ///
  /// @param bias added to the scores, `[1, 1, rows, txt + rows]`
  String behind(String key, String value, Attended rows, String bias) {
    return g.microsoft(
        "MultiHeadAttention",
        List.of(rows.query(), joined(key, rows.key()), joined(value, rows.value()), "", "", bias),
        heads.attention());
  }

  private String joined(String prefix, String rows) {
    return g.concat(1, List.of(g.reshape(prefix, 1, -1, width), rows));
  }

  /// The stream after the block.
  ///
  /// @param attention what the rows saw, `[1, rows, D]`
  String after(String h, List<String> modulation, String attention) {
    String seen = product(g.reshape(attention, -1, width), "attn.to_out.0");
    String middle = g.op("Add", h, g.op("Mul", seen, modulation.get(1)));
    String thought = mlp(norm(g, middle, modulation.get(2)));
    return g.op("Add", middle, g.op("Mul", thought, modulation.get(3)));
  }

  /// SwiGLU.
  private String mlp(String value) {
    long inner = width * config.mlpRatio();
    var both = stacked ? gateAndUp(value) : gateAndUp(value, inner);
    String active = g.op("Mul", g.silu(both.get(0)), both.get(1));
    return layers.linear("img_mlp.out", inner, width).product(active);
  }

  private List<String> gateAndUp(String value) {
    return g.split(new StackedLayers(layers, config).gateUp().product(value), 1, 2);
  }

  private List<String> gateAndUp(String value, long inner) {
    return Stream.of("img_mlp.gate_layer", "img_mlp.proj")
        .map(layer -> layers.linear(layer, width, inner).product(value))
        .toList();
  }

  private String product(String value, String layer) {
    return layers.linear(layer, width, width).product(value);
  }

  /// Normalised without weights of its own, and scaled.
  static String norm(GraphBuilder g, String value, String scale) {
    return g.op(
        "LayerNormalization",
        List.of(value, scale),
        Map.of("axis", -1, "epsilon", PlainBlock.EPSILON));
  }
}
