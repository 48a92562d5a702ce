package io.inkstream.engine.graph;

import io.inkstream.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Maps `[1, channels, height, width]`, and the standard's convolutions.
record PlanarMaps(GraphBuilder g) implements FeatureMaps {
  @Override
  public String first(String planar, Convolution convolution) {
    return near(planar, convolution);
  }

  @Override
  public String last(String map, Convolution convolution) {
    return near(map, convolution);
  }

  @Override
  public String near(String map, Convolution convolution) {
    return convolved(map, convolution, 3, 1, 1, 1, 1, 1);
  }

  @Override
  public String pointwise(String map, Convolution convolution) {
    return convolved(map, convolution, 1, 1, 0, 0, 0, 0);
  }

  @Override
  public String halved(String map, Convolution convolution) {
    return convolved(map, convolution, 3, 2, 0, 0, 1, 1);
  }

  private String convolved(
      String map, Convolution convolution, long side, long stride, long... pads) {
    return g.op(
        "Conv",
        List.of(map, convolution.kernel(), convolution.bias()),
        Map.of(
            "kernel_shape", new long[] {side, side},
            "strides", new long[] {stride, stride},
            "pads", pads));
  }

  @Override
  public String doubled(String map) {
    String scales = g.floats("scales", new Shape(4), new float[] {1, 1, 2, 2});
    return g.op(
        "Resize",
        List.of(map, "", scales),
        Map.of(
            "mode", "nearest",
            "nearest_mode", "floor",
            "coordinate_transformation_mode", "asymmetric"));
  }

  /// The sum over channels is a product with a row of ones: the library's own reduction over an
  /// outer axis is several times slower.
  @Override
  public String norm(String map, String gamma, int channels) {
    float[] row = new float[channels];
    Arrays.fill(row, 1f);
    String ones = g.floats("ones" + channels, new Shape(1, channels), row);
    String pixels = g.reshape(map, channels, -1);
    String squares = g.op("MatMul", ones, g.op("Mul", pixels, pixels));
    String length = g.op("Max", g.op("Sqrt", squares), g.scalar(1e-12f));
    String unit = g.op("Mul", pixels, g.op("Div", g.scalar((float) Math.sqrt(channels)), length));
    String scaled = g.op("Mul", unit, g.reshape(gamma, channels, 1));
    return g.op("Reshape", scaled, g.op("Shape", map));
  }

  @Override
  public String tokens(String map, long channels) {
    return exchanged(g.reshape(map, 1, channels, -1));
  }

  @Override
  public String like(String map, String tokens) {
    return g.op("Reshape", exchanged(tokens), g.op("Shape", map));
  }

  private String exchanged(String value) {
    return g.transposed(value, 0, 2, 1);
  }
}
