package io.inkstream.engine.network;

import io.inkstream.engine.graph.GraphBuilder;
import java.util.List;
import java.util.Map;

/// An attention of one head by the standard's operators, the rows that ask in parts, one after the
/// other: of all scores, only a part's are there at once. What makes the rows a multiple of the
/// parts is zeros, whose results are cut off. Why not `MultiHeadAttention`:
/// docs/design/several-cards.md.
///
/// @param g takes the nodes
public record ScoresInParts(GraphBuilder g) {
  // As many as ONNX Runtime's Split and Concat for CUDA take without a table from the host, for
  // which the stream would stop.
  private static final int PARTS = 32;
  // Of `[1, rows, channels]`.
  private static final int ROWS = 1;
  // Before the softmax and behind it.
  private static final int COPIES = 2;

  /// Bytes of the scores that are there at once, of so many rows: 67 MB of 16,384, which 1024 x
  /// 1024 pixels have.
  public static long bytes(long rows) {
    return COPIES * Float.BYTES * Math.ceilDiv(rows, PARTS) * rows;
  }

  /// @param attended `[1, rows, channels]` each
  /// @return `[1, rows, channels]`
  String of(Attended attended, int channels) {
    String scaled = g.op("Mul", attended.query(), g.scalar(AttentionHeads.scale(channels)));
    String keys = g.transposed(attended.key(), 0, 2, 1);
    String rows = g.extent(scaled, ROWS);
    var parts = g.split(filled(scaled, rows), ROWS, PARTS);
    var seen = parts.stream().map(part -> seen(part, keys, attended.value())).toList();
    return g.op("Slice", g.concat(ROWS, seen), g.longs(0), rows, g.longs(ROWS));
  }

  private String filled(String value, String rows) {
    String missing = g.op("Mod", g.op("Neg", rows), g.longs(PARTS));
    return g.op("Pad", value, g.concat(0, List.of(g.longs(0, 0, 0, 0), missing, g.longs(0))));
  }

  private String seen(String query, String keys, String values) {
    String shares = g.op("Softmax", List.of(g.op("MatMul", query, keys)), Map.of("axis", -1));
    return g.op("MatMul", shares, values);
  }
}
