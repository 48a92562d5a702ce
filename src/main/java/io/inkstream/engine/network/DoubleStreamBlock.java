package io.inkstream.engine.network;

import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.graph.Layers;
import io.inkstream.engine.weights.TransformerConfig;

/// A transformer block over two streams, of whichever operators.
///
/// @param <T> how time acts on it
abstract sealed class DoubleStreamBlock<T> permits PlainBlock, FusedBlock {
  final GraphBuilder g;
  final Layers layers;
  final TransformerConfig config;
  final long width;

  /// @param layers of the block
  DoubleStreamBlock(Layers layers, TransformerConfig config) {
    this.g = layers.g();
    this.layers = layers;
    this.config = config;
    this.width = config.innerDim();
  }

  /// A value for each stream.
  record Streams(String image, String text) {}

  final void write(BlockPart part) {
    var rows = new Streams(g.input("h", "img", width), g.input("e", "txt", width));
    switch (part) {
      case WHOLE -> {
        tables();
        T time = time();
        after(rows, time, attended(heads(rows, time)));
      }
      case ATTENTION_IN -> {
        tables();
        heads(rows, time()).output(g, width);
      }
      case ATTENTION_OUT -> after(rows, time(), g.input("attended", "rows", width));
    }
  }

  private void tables() {
    g.input("cos", "all", config.attentionHeadDim() / 2);
    g.input("sin", "all", config.attentionHeadDim() / 2);
  }

  /// Declares the inputs that say how time acts.
  abstract T time();

  /// Of `[text, image]`: normalised and rotated queries and keys, and values.
  abstract Attended heads(Streams rows, T time);

  /// Joint attention, not causal: what the rows saw, `[text, image]`.
  abstract String attended(Attended rows);

  /// Writes the rest, and the outputs.
  ///
  /// @param attended what the rows saw, `[text, image]`
  abstract void after(Streams rows, T time, String attended);
}
