package io.inkstream.engine.graph;

import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.weights.Component;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// The layers of which the VAEs of both generations consist, for one frame.
///
/// @param kernels how the weights of convolutions are published
record VaeLayers(GraphBuilder g, Component component, Kernels kernels) {
  /// Forms of convolutions' weights; those of samplers and of the attention are in the plane
  /// always.
  enum Kernels {
    /// `[out, in, t, y, x]`, of which the last tap in time acts on a single frame.
    IN_TIME,
    /// `[out, in, y, x]`.
    IN_PLANE
  }

  /// With a square kernel over the same size.
  String convolution(String x, String p, int in, int out, int kernel) {
    return switch (kernels) {
      case IN_TIME -> {
        String weight = weight(p + ".weight", out, in, kernel, kernel, kernel);
        String last = g.scalar((long) kernel - 1);
        String tap = g.op("Gather", List.of(weight, last), Map.of("axis", 2));
        yield convolution(x, tap, weight(p + ".bias", out), kernel);
      }
      case IN_PLANE -> inPlane(x, p, in, out, kernel);
    };
  }

  private String inPlane(String x, String p, int in, int out, int kernel) {
    String weight = weight(p + ".weight", out, in, kernel, kernel);
    return convolution(x, weight, weight(p + ".bias", out), kernel);
  }

  private String convolution(String x, String weight, String bias, int kernel) {
    long pad = kernel / 2;
    return g.op(
        "Conv",
        List.of(x, weight, bias),
        Map.of(
            "kernel_shape", new long[] {kernel, kernel},
            "pads", new long[] {pad, pad, pad, pad}));
  }

  String residual(String x, String p, int in, int out) {
    String shortcut = in == out ? x : convolution(x, p + ".conv_shortcut", in, out, 1);
    String y = g.silu(norm(x, p + ".norm1", in));
    y = convolution(y, p + ".conv1", in, out, 3);
    y = g.silu(norm(y, p + ".norm2", out));
    return g.op("Add", convolution(y, p + ".conv2", out, out, 3), shortcut);
  }

  /// One head over all pixels.
  String attention(String x, String p, int channels) {
    String normed = norm(x, p + ".norm", channels, new long[] {channels, 1, 1});
    String qkv = inPlane(normed, p + ".to_qkv", channels, 3 * channels, 1);
    String tokens =
        g.op(
            "Transpose",
            List.of(g.reshape(qkv, 1, 3L * channels, -1)),
            Map.of("perm", new long[] {0, 2, 1}));
    String attended =
        g.microsoft("MultiHeadAttention", g.split(tokens, 2, 3), Map.of("num_heads", 1));
    String back = g.op("Transpose", List.of(attended), Map.of("perm", new long[] {0, 2, 1}));
    String map = g.op("Reshape", back, g.op("Shape", x));
    return g.op("Add", x, inPlane(map, p + ".proj", channels, channels, 1));
  }

  /// `x / max(‖x‖₂, 1e-12) · √channels · gamma`, the norm taken over the channels of each pixel.
  String norm(String x, String p, int channels) {
    return norm(x, p, channels, new long[] {channels, 1, 1, 1});
  }

  // The sum over channels is a product with a row of ones: the library's own reduction over an
  // outer axis is several times slower.
  private String norm(String x, String p, int channels, long[] gammaShape) {
    float[] row = new float[channels];
    Arrays.fill(row, 1f);
    String ones = g.floats("ones" + channels, new Shape(1, channels), row);
    String pixels = g.reshape(x, channels, -1);
    String squares = g.op("MatMul", ones, g.op("Mul", pixels, pixels));
    String length = g.op("Max", g.op("Sqrt", squares), g.scalar(1e-12f));
    String unit = g.op("Mul", pixels, g.op("Div", g.scalar((float) Math.sqrt(channels)), length));
    String gamma = weight(p + ".gamma", gammaShape);
    String scaled = g.op("Mul", unit, g.reshape(gamma, channels, 1));
    return g.op("Reshape", scaled, g.op("Shape", x));
  }

  /// Twice the size by repeating pixels, then a convolution.
  String upsampled(String x, String p, int in, int out) {
    String scales = g.floats("scales", new Shape(4), new float[] {1, 1, 2, 2});
    String doubled =
        g.op(
            "Resize",
            List.of(x, "", scales),
            Map.of(
                "mode", "nearest",
                "nearest_mode", "floor",
                "coordinate_transformation_mode", "asymmetric"));
    return inPlane(doubled, p, in, out, 3);
  }

  /// Half the size: a row and a column of zeros after the last ones, then every second pixel.
  String downsampled(String x, String p, int channels) {
    return g.op(
        "Conv",
        List.of(x, weight(p + ".weight", channels, channels, 3, 3), weight(p + ".bias", channels)),
        Map.of(
            "kernel_shape", new long[] {3, 3},
            "strides", new long[] {2, 2},
            "pads", new long[] {0, 0, 1, 1}));
  }

  private String weight(String name, long... shape) {
    return new Layers(g, component).weight(name, shape);
  }
}
