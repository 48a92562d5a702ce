package io.inkstream.engine.network;

import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.graph.Layers;
import io.inkstream.engine.graph.Layers.Linear;
import io.inkstream.engine.kernel.FusedOperator;
import io.inkstream.engine.tensor.Shape;
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
                .allMatch(Linear::isFloat8);
  }

  /// The rows' queries, and keys and values of a prefix and of the rows.
  ///
  /// @param key of the prefix
  /// @param value of the prefix
  Attended heads(String h, String modulation, String key, String value) {
    var normed = own(FusedOperator.SCALED_NORM, FusedOperator.SCALED_NORM_FLOAT8, h, modulation);
    String qkv = product(stacked.heads(), normed);
    return Attended.of(
        g.own(
            FusedOperator.HEADS_BEHIND_PREFIX,
            List.of(qkv, norm("attn.norm_q"), norm("attn.norm_k"), "cos", "sin", key, value)));
  }

  /// The same of the rows alone.
  Attended heads(String h, String modulation) {
    long width = config.innerDim();
    String none = g.narrowed(g.floats("no_rows", new Shape(0, width), new float[0]));
    return heads(h, modulation, none, none);
  }

  String attended(Attended rows) {
    String seen =
        g.microsoft(
            "MultiHeadAttention", rows.all(), Map.of("num_heads", config.numAttentionHeads()));
    return g.reshape(seen, -1, config.innerDim());
  }

  /// The stream after the block.
  ///
  /// @param seen what the rows saw, `[rows, D]`
  String after(String h, String modulation, String seen) {
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

  private String norm(String layer) {
    return layers.weight(layer + ".weight", config.attentionHeadDim());
  }
}
