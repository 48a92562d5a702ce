package io.inkstream.engine.network;

import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.graph.Layers;
import io.inkstream.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Another time for the rows of given pictures: `zero_cond_t`.
///
/// @param given 1 in those rows, else 0: `[img, 1]`
/// @param drawn the opposite
/// @param parts of the modulation of the drawn rows, each `[D]`
/// @param ofGiven likewise of the given ones
record RowModulation(
    GraphBuilder g,
    String given,
    String drawn,
    List<String> parts,
    List<String> ofGiven,
    long width)
    implements ImageModulation {
  /// With the inputs that it needs.
  static RowModulation of(GraphBuilder g, List<String> parts, long width) {
    String given = g.input("given", "img", 1);
    String drawn = g.op("Sub", g.narrowed(g.scalar(1f)), given);
    var ofGiven = g.split(g.input("modulation_given", 12 * width), 0, 12);
    return new RowModulation(g, given, drawn, parts, ofGiven, width);
  }

  @Override
  public String norm(String stream, int scale, int shift) {
    float[] ones = new float[(int) width];
    Arrays.fill(ones, 1);
    String one = g.narrowed(g.floats("norm_ones", new Shape(width), ones));
    String normed =
        g.op(
            "LayerNormalization",
            List.of(stream, one),
            Map.of("axis", -1, "epsilon", PlainBlock.EPSILON));
    return g.op("Add", g.op("Mul", normed, rows(scale)), rows(shift));
  }

  @Override
  public String gated(String stream, int gate, Layers.Linear layer, String value) {
    return g.op("Add", stream, g.op("Mul", layer.of(value), rows(gate)));
  }

  /// A part of the modulation for each row, `[img, D]`.
  private String rows(int part) {
    return g.op("Add", g.op("Mul", drawn, parts.get(part)), g.op("Mul", given, ofGiven.get(part)));
  }
}
