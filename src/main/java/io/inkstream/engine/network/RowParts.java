package io.inkstream.engine.network;

import io.inkstream.engine.graph.GraphBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// What is made of maps by their rows in parts, one after the other: the same numbers in less
/// memory. A part begins from as many rows around its own as they look at, or from the maps' edge,
/// so that zeros are added where the whole maps' are. The parts look at equally many rows, whose
/// own may be one more here than there.
///
/// @param parts how many
/// @param reach rows that a row looks at, above and below
/// @param scale rows that are made of one
record RowParts(int parts, int reach, int scale) {
  // Of `[1, channels, height, width]`.
  private static final int ROWS = 2;

  /// The last levels of a decoder, each of a sampler's convolution and of `convolutions` more, and
  /// a convolution at the end. A level looks at a pixel further with each, the level before it at
  /// half as many.
  static RowParts decoder(int parts, int levels, int convolutions) {
    int reach = 1;
    for (int level = 0; level < levels; level++) {
      reach = Math.ceilDiv(reach + 1 + convolutions, 2);
    }
    return new RowParts(parts, reach, 1 << levels);
  }

  /// @param inputs maps of one size; `[1, channels, height, width]` where there are several parts
  /// @param made of them, `[1, channels, height, width]`
  String of(GraphBuilder g, List<String> inputs, Function<List<String>, String> made) {
    return parts == 1 ? made.apply(inputs) : joined(g, inputs, made);
  }

  private String joined(GraphBuilder g, List<String> inputs, Function<List<String>, String> made) {
    String rows = g.extent(inputs.getFirst(), ROWS);
    String own = g.op("Div", g.op("Add", rows, g.longs(parts - 1)), g.longs(parts));
    String seen = g.op("Min", rows, g.op("Add", own, g.longs(2L * reach)));
    String last = g.op("Sub", rows, seen);
    List<String> all = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      String begin = begin(g, rows, part);
      String before = g.op("Max", g.longs(0), g.op("Sub", begin, g.longs(reach)));
      String from = g.op("Min", before, last);
      String to = g.op("Add", from, seen);
      String pixels = made.apply(inputs.stream().map(map -> slice(g, map, from, to)).toList());
      String end = g.op("Sub", begin(g, rows, part + 1), from);
      all.add(cut(g, pixels, g.op("Sub", begin, from), end));
    }
    return g.concat(ROWS, all);
  }

  private String begin(GraphBuilder g, String rows, int part) {
    return g.op("Div", g.op("Mul", rows, g.longs(part)), g.longs(parts));
  }

  private String cut(GraphBuilder g, String pixels, String from, String to) {
    String scaled = g.longs(scale);
    return slice(g, pixels, g.op("Mul", from, scaled), g.op("Mul", to, scaled));
  }

  private static String slice(GraphBuilder g, String map, String from, String to) {
    return g.op("Slice", map, from, to, g.longs(ROWS));
  }
}
