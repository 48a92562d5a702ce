package io.inkstream.engine.network;

import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.graph.Layers;
import java.util.List;

/// One time for all rows.
///
/// @param parts of the modulation, each `[D]`
record OneModulation(GraphBuilder g, List<String> parts) implements ImageModulation {
  @Override
  public String norm(String stream, int scale, int shift) {
    return PlainBlock.adaLayerNorm(g, stream, parts.get(scale), parts.get(shift));
  }

  @Override
  public String gated(String stream, int gate, Layers.Linear layer, String value) {
    return PlainBlock.gated(g, stream, parts.get(gate), layer, value);
  }
}
