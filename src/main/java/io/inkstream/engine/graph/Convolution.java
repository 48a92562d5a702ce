package io.inkstream.engine.graph;

import io.inkstream.engine.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/// A convolution as a snapshot has it. Of a kernel with an extent in time, the last tap alone acts:
/// that of a single frame.
///
/// @param extents of its kernel: height and width, before them perhaps time
public record Convolution(Layers layers, String name, int in, int out, Shape extents) {
  private static final int IMAGE = 2;

  /// `[out, in, height, width]`.
  String kernel() {
    GraphBuilder g = layers.g();
    String all = layers.weight(name + ".weight", shape());
    return extents.rank() == IMAGE
        ? all
        : g.op("Gather", List.of(all, g.scalar(extents.dim(0) - 1)), Map.of("axis", IMAGE));
  }

  /// `[36, in, out]`, of a kernel of 3 x 3: [WinogradKernel].
  String tiles() {
    return layers.g().weights().tiles(layers.entry(name + ".weight", shape()));
  }

  /// `[out]`.
  String bias() {
    return layers.weight(name + ".bias", out);
  }

  private long[] shape() {
    return LongStream.concat(LongStream.of(out, in), LongStream.of(extents.dims())).toArray();
  }
}
