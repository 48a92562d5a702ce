package io.inkstream.engine.network;

import io.inkstream.engine.graph.GraphBuilder;
import java.util.List;

/// What rows ask, and what they give to those that may see them: `[1, rows, D]` each.
record Attended(String query, String key, String value) {
  static Attended of(List<String> all) {
    return new Attended(all.get(0), all.get(1), all.get(2));
  }

  List<String> all() {
    return List.of(query, key, value);
  }

  /// Makes them the outputs of a graph, `[rows, D]`.
  void output(GraphBuilder g, long width) {
    g.output("query", g.reshape(query, -1, width), "rows", width);
    g.output("key", g.reshape(key, -1, width), "rows", width);
    g.output("value", g.reshape(value, -1, width), "rows", width);
  }
}
