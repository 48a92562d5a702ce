package io.inkstream.engine.network;

import io.inkstream.engine.graph.Convolution;
import io.inkstream.engine.graph.FeatureMaps;
import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.graph.Layers;
import io.inkstream.engine.network.VaeGraphs.Convolutions;
import io.inkstream.engine.weights.Component;

/// The layers of which the VAEs of both generations consist, for one frame.
///
/// @param maps what is done with the pictures between them
/// @param kernels how the weights of convolutions are published
/// @param convolutions how they are computed, and the attention with them
record VaeLayers(
    FeatureMaps maps, Component component, Kernels kernels, Convolutions convolutions) {
  /// Forms of convolutions' weights; those of samplers and of the attention are in the plane
  /// always.
  enum Kernels {
    /// `[out, in, t, y, x]`, of which the last tap in time acts on a single frame.
    IN_TIME,
    /// `[out, in, y, x]`.
    IN_PLANE
  }

  GraphBuilder g() {
    return maps.g();
  }

  /// Each pixel alone, before [#first] or after [#last]: `[1, channels, height, width]`.
  String planar(String x, String p, int channels) {
    return FeatureMaps.planar(g()).pointwise(x, published(p, channels, channels, 1));
  }

  /// From `[1, in, height, width]`, with a kernel of 3 x 3.
  String first(String x, String p, int in, int out) {
    return maps.first(x, published(p, in, out, 3));
  }

  /// To `[1, out, height, width]`, with a kernel of 3 x 3.
  String last(String x, String p, int in, int out) {
    return maps.last(x, published(p, in, out, 3));
  }

  String residual(String x, String p, int in, int out) {
    GraphBuilder g = g();
    String shortcut =
        in == out ? x : maps.pointwise(x, published(p + ".conv_shortcut", in, out, 1));
    String y = g.silu(norm(x, p + ".norm1", in));
    y = maps.near(y, published(p + ".conv1", in, out, 3));
    y = g.silu(norm(y, p + ".norm2", out));
    return g.op("Add", maps.near(y, published(p + ".conv2", out, out, 3)), shortcut);
  }

  /// One head over all pixels.
  String attention(String x, String p, int channels) {
    GraphBuilder g = g();
    String normed = norm(x, p + ".norm", channels, 1, 1);
    String qkv = maps.pointwise(normed, inPlane(p + ".to_qkv", channels, 3 * channels, 1));
    var rows = Attended.of(g.split(maps.tokens(qkv, 3L * channels), 2, 3));
    String map = maps.like(x, convolutions.attended(g, rows, channels));
    return g.op("Add", x, maps.pointwise(map, inPlane(p + ".proj", channels, channels, 1)));
  }

  /// The norm over the channels of each pixel.
  String norm(String x, String p, int channels) {
    return norm(x, p, channels, 1, 1, 1);
  }

  private String norm(String x, String p, long... gamma) {
    return maps.norm(x, layers().weight(p + ".gamma", gamma), (int) gamma[0]);
  }

  /// Twice the size by repeating pixels, then a convolution.
  String upsampled(String x, String p, int in, int out) {
    return maps.near(maps.doubled(x), inPlane(p, in, out, 3));
  }

  /// Half the size.
  String downsampled(String x, String p, int channels) {
    return maps.halved(x, inPlane(p, channels, channels, 3));
  }

  private Convolution published(String p, int in, int out, int side) {
    return switch (kernels) {
      case IN_TIME -> layers().convolution(p, in, out, side, side, side);
      case IN_PLANE -> inPlane(p, in, out, side);
    };
  }

  private Convolution inPlane(String p, int in, int out, int side) {
    return layers().convolution(p, in, out, side, side);
  }

  private Layers layers() {
    return new Layers(g(), component);
  }
}
