package io.inkstream.engine.network;

import io.inkstream.engine.graph.Layers;
import io.inkstream.engine.graph.Layers.Linear;
import io.inkstream.engine.weights.TransformerConfig;
import java.util.List;

/// The linear layers of a block of Qwen-Image-2.1 whose weights are inputs, those of one value as
/// one.
///
/// @param layers of the block
record StackedLayers(Layers layers, TransformerConfig config) {
  /// Queries, keys and values side by side.
  Linear heads() {
    return layers.stacked(
        "attn.to_qkv", List.of("attn.to_q", "attn.to_k", "attn.to_v"), width(), width());
  }

  Linear out() {
    return layers.linear("attn.to_out.0", width(), width());
  }

  /// Gates and what they act on, side by side.
  Linear gateUp() {
    return layers.stacked(
        "img_mlp.gate_up", List.of("img_mlp.gate_layer", "img_mlp.proj"), width(), inner());
  }

  Linear down() {
    return layers.linear("img_mlp.out", inner(), width());
  }

  private long width() {
    return config.innerDim();
  }

  private long inner() {
    return width() * config.mlpRatio();
  }
}
