package io.inkstream.engine.graph;

import io.inkstream.engine.graph.Layers.Linear;
import io.inkstream.engine.kernel.FusedOperator;
import io.inkstream.engine.weights.TransformerConfig;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A block of Qwen-Image-2.1 over a picture's rows as products, attention and [FusedOperator]s:
/// queries, keys and values come of one product, and so do the MLP's gates and what they act on.
final class FusedSingleStreamBlock {
  private final GraphBuilder g;
  private final Layers layers;
  private final TransformerConfig config;
  private final StackedLayers stacked;
  private final LayerProducts products;
  private final boolean float8;

  /// @param layers of the block
  FusedSingleStreamBlock(Layers layers, TransformerConfig config, ProductKernels whose) {
    this.g = layers.g();
    this.layers = layers;
    this.config = config;
    this.stacked = new StackedLayers(layers, config);
    this.products = new LayerProducts(g, whose != ProductKernels.LIBRARY);
    this.float8 =
        whose == ProductKernels.OWN_FLOAT8
            && Stream.of(stacked.heads(), stacked.gateUp(), stacked.down())
                .allMatch(layer -> layer.float8().isPresent());
  }

  /// The stream after the block.
  ///
  /// @param key of the prefix
  /// @param value of the prefix
  String write(String h, String modulation, String key, String value) {
    var normed = own(FusedOperator.SCALED_NORM, FusedOperator.SCALED_NORM_FLOAT8, h, modulation);
    String seen = attention(product(stacked.heads(), normed), key, value);
    String update = products.of(stacked.out(), seen);
    var middle =
        own(
            FusedOperator.GATED_SCALED_NORM,
            FusedOperator.GATED_SCALED_NORM_FLOAT8,
            h,
            update,
            modulation);
    String gateUp = product(stacked.gateUp(), middle.subList(1, middle.size()));
    var active = own(FusedOperator.SWI_GLU, FusedOperator.SWI_GLU_FLOAT8, gateUp);
    String down = product(stacked.down(), active);
    return g.own(FusedOperator.GATED_SUM, List.of(middle.getFirst(), down, modulation)).getFirst();
  }

  private List<String> own(FusedOperator wide, FusedOperator small, String... operands) {
    return g.own(float8 ? small : wide, List.of(operands));
  }

  /// But for the product behind the attention, whose rows no kernel of ours makes small.
  private String product(Linear layer, List<String> value) {
    return float8 ? products.ofFloat8(layer, value) : products.of(layer, value.getFirst());
  }

  private String attention(String qkv, String key, String value) {
    var heads =
        g.own(
            FusedOperator.HEADS_BEHIND_PREFIX,
            List.of(qkv, norm("attn.norm_q"), norm("attn.norm_k"), "cos", "sin", key, value));
    String seen =
        g.microsoft("MultiHeadAttention", heads, Map.of("num_heads", config.numAttentionHeads()));
    return g.reshape(seen, -1, config.innerDim());
  }

  private String norm(String layer) {
    return layers.weight(layer + ".weight", config.attentionHeadDim());
  }
}
