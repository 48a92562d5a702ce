package io.inkstream.engine.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Maps `[height, width, channels]`, whose convolutions of 3 x 3 pixels are [Winograd]'s: a quarter
/// of the multiplications, in products of matrices. For processors, and for wide networks.
record TiledMaps(GraphBuilder g, Winograd winograd) implements FeatureMaps {
  // A pixel of zeros has no direction: this keeps its norm from being a division by zero.
  private static final float EPSILON = 1e-30f;
  private static final int KERNEL = 3;

  TiledMaps(GraphBuilder g) {
    this(g, new Winograd(g));
  }

  /// Of few channels, for which tiles would not pay: each pixel's neighbours beside it, and one
  /// product.
  @Override
  public String first(String planar, Convolution convolution) {
    String around = g.op("Pad", inside(planar), g.longs(1, 1, 0, 1, 1, 0));
    List<String> neighbours = new ArrayList<>();
    for (int row = 0; row < KERNEL; row++) {
      for (int column = 0; column < KERNEL; column++) {
        neighbours.add(shifted(around, row, column));
      }
    }
    String ordered = g.transposed(convolution.kernel(), 2, 3, 1, 0);
    return product(g.concat(2, neighbours), g.reshape(ordered, -1, convolution.out()), convolution);
  }

  /// All but two rows and two columns.
  private String shifted(String map, int row, int column) {
    String to = g.longs(end(row), end(column));
    return g.op("Slice", map, g.longs(row, column), to, g.longs(0, 1));
  }

  private static long end(int first) {
    return first + 1 < KERNEL ? first + 1L - KERNEL : Long.MAX_VALUE;
  }

  /// To few channels.
  @Override
  public String last(String map, Convolution convolution) {
    return new PlanarMaps(g).last(planar(map), convolution);
  }

  @Override
  public String near(String map, Convolution convolution) {
    return winograd.convolved(map, convolution);
  }

  @Override
  public String pointwise(String map, Convolution convolution) {
    String matrix = g.reshape(convolution.kernel(), convolution.out(), convolution.in());
    return product(map, g.transposed(matrix, 1, 0), convolution);
  }

  private String product(String map, String matrix, Convolution convolution) {
    return g.op("Add", g.op("MatMul", map, matrix), convolution.bias());
  }

  @Override
  public String halved(String map, Convolution convolution) {
    return inside(new PlanarMaps(g).halved(planar(map), convolution));
  }

  @Override
  public String doubled(String map) {
    String apart = g.op("Unsqueeze", map, g.longs(1, 3));
    String four = g.op("Expand", apart, g.longs(1, 2, 1, 2, 1));
    return g.op("Reshape", four, g.op("Mul", g.op("Shape", map), g.longs(2, 2, 1)));
  }

  @Override
  public String norm(String map, String gamma, int channels) {
    return g.op(
        "RMSNormalization",
        List.of(map, g.reshape(gamma, channels)),
        Map.of("axis", -1, "epsilon", EPSILON));
  }

  @Override
  public String tokens(String map, long channels) {
    return g.reshape(map, 1, -1, channels);
  }

  @Override
  public String like(String map, String tokens) {
    return g.op("Reshape", tokens, g.op("Shape", map));
  }

  private String planar(String map) {
    return g.op("Unsqueeze", g.transposed(map, 2, 0, 1), g.longs(0));
  }

  private String inside(String planar) {
    return g.transposed(g.op("Squeeze", planar, g.longs(0)), 1, 2, 0);
  }
}
