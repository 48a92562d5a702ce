package io.inkstream.engine.network;

import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.tensor.DType;

/// The attention alone, of some of a transformer's heads: `query [rows, w], key [all, w], value
/// [all, w]` → `attended [rows, w]`, where w is the width of these heads. It has no weights, and is
/// the same for all blocks.
///
/// @param heads how many
/// @param headDim width of one
/// @param element in which it is computed
public record AttentionGraph(int heads, int headDim, DType element) {
  public OnnxModel build() {
    var g = new GraphBuilder("attention", element);
    long width = (long) heads * headDim;
    var rows =
        new Attended(
            whole(g, g.input("query", "rows", width)),
            whole(g, g.input("key", "all", width)),
            whole(g, g.input("value", "all", width)));
    String seen =
        g.microsoft("MultiHeadAttention", rows.all(), AttentionHeads.attention(heads, headDim));
    g.output("attended", g.reshape(seen, -1, width), "rows", width);
    return g.build();
  }

  private String whole(GraphBuilder g, String rows) {
    return g.reshape(rows, 1, -1, (long) heads * headDim);
  }
}
