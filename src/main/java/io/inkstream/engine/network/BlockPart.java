package io.inkstream.engine.network;

/// How much of a block a graph has. Where the rows of a picture are shared out over several cards,
/// a block is cut at its attention: between the parts, [AttentionGraph] attends over all rows.
///
/// Of a block over so many `rows`, text and image together:
///
/// - `block`: its own inputs and outputs.
/// - `attention_in`: what goes into a block → `query [rows, D]`, `key` and `value` likewise, the
///   text's rows first; queries and keys normalised and rotated.
/// - `attention_out`: what goes into a block but for the tables of angles and what the rows attend
///   to beside themselves, and `attended [rows, D]` → what comes out of a block.
public enum BlockPart {
  /// All of it.
  WHOLE("block"),
  /// All before the attention.
  ATTENTION_IN("attention_in"),
  /// All behind it.
  ATTENTION_OUT("attention_out");

  private final String graph;

  BlockPart(String graph) {
    this.graph = graph;
  }

  /// Its graph's name.
  String graph() {
    return graph;
  }
}
