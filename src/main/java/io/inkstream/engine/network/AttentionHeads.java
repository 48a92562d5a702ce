package io.inkstream.engine.network;

import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.graph.Layers;
import io.inkstream.engine.weights.TransformerConfig;
import java.util.List;
import java.util.Map;

/// Queries and keys of a transformer's attention, head by head.
///
/// @param layers of the block
record AttentionHeads(Layers layers, TransformerConfig config) {
  /// RMS-normalised in each head: `[rows, D]` to `[rows, heads, D / heads]`.
  String normed(String value, String norm) {
    int headDim = config.attentionHeadDim();
    String heads = layers.g().reshape(value, -1, config.numAttentionHeads(), headDim);
    return layers.rmsNorm(norm, heads, headDim, PlainBlock.EPSILON);
  }

  /// What `MultiHeadAttention` is to know of them.
  Map<String, Object> attention() {
    return attention(config.numAttentionHeads(), config.attentionHeadDim());
  }

  /// The same of any heads.
  static Map<String, Object> attention(int heads, int headDim) {
    return Map.of("num_heads", heads, "scale", scale(headDim));
  }

  /// Of queries times keys: what ONNX and ONNX Runtime take if nobody says it, which other
  /// execution providers must be told.
  static float scale(int headDim) {
    return 1 / (float) Math.sqrt(headDim);
  }

  /// Rotation of neighbouring pairs by the tables `cos` and `sin`; the result is `[1, rows, D]`.
  String rotated(String heads) {
    GraphBuilder g = layers.g();
    return g.microsoft(
        "RotaryEmbedding",
        List.of(g.reshape(heads, 1, -1, config.innerDim()), g.longs(0), "cos", "sin"),
        Map.of("interleaved", 1, "num_heads", config.numAttentionHeads()));
  }
}
