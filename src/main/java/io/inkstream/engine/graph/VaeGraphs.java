package io.inkstream.engine.graph;

import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.VaeConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// `AutoencoderKLQwenImage` of diffusers for one frame.
///
/// - `decoder`: `latents [1, z, height, width]` (de-normalised) → `sample [1, 3, 8 height, 8
///   width]`, not clamped.
/// - `encoder`: `sample [1, 3, 8 height, 8 width]` in [-1, 1] → `moments [1, 2 z, height, width]`,
///   means and then logarithms of variances, not clamped.
///
/// The published network is causal in time with kernels of three frames and pads two frames of
/// zeros before the first, so for a single frame only the last temporal tap of each kernel acts:
/// the network is exactly two-dimensional. The temporal convolutions of the samplers do not run on
/// a first frame.
public final class VaeGraphs {
  private static final int RGB = 3;

  private final Component component;
  private final VaeConfig config;

  public VaeGraphs(Component component, VaeConfig config) {
    this.component = component;
    this.config = config;
  }

  public OnnxModel decoder() {
    var g = new GraphBuilder("decoder");
    int[] channels = decoderChannels();
    String x = g.input("latents", 1, config.zDim(), "height", "width");
    x = temporal(g, x, "post_quant_conv", config.zDim(), config.zDim(), 1);
    x = temporal(g, x, "decoder.conv_in", config.zDim(), channels[0], 3);
    x = residual(g, x, "decoder.mid_block.resnets.0", channels[0], channels[0]);
    x = attention(g, x, "decoder.mid_block.attentions.0", channels[0]);
    x = residual(g, x, "decoder.mid_block.resnets.1", channels[0], channels[0]);
    for (int block = 0; block + 1 < channels.length; block++) {
      x = upBlock(g, x, block, channels);
    }
    int last = channels[channels.length - 1];
    x = g.silu(norm(g, x, "decoder.norm_out", new long[] {last, 1, 1, 1}));
    x = temporal(g, x, "decoder.conv_out", last, RGB, 3);
    g.output("sample", x, 1, RGB, "image_height", "image_width");
    return g.build();
  }

  /// Whether the component has an encoder at all: to decode, none is needed.
  public boolean hasEncoder() {
    return component.tensors().containsKey("encoder.conv_in.weight");
  }

  public OnnxModel encoder() {
    var g = new GraphBuilder("encoder");
    int moments = 2 * config.zDim();
    int channels = config.baseDim() * config.dimMult().getLast();
    String x = g.input("sample", 1, RGB, "image_height", "image_width");
    x = temporal(g, x, "encoder.conv_in", RGB, config.baseDim(), 3);
    x = downBlocks(g, x);
    x = residual(g, x, "encoder.mid_block.resnets.0", channels, channels);
    x = attention(g, x, "encoder.mid_block.attentions.0", channels);
    x = residual(g, x, "encoder.mid_block.resnets.1", channels, channels);
    x = g.silu(norm(g, x, "encoder.norm_out", new long[] {channels, 1, 1, 1}));
    x = temporal(g, x, "encoder.conv_out", channels, moments, 3);
    x = temporal(g, x, "quant_conv", moments, moments, 1);
    g.output("moments", x, 1, moments, "height", "width");
    return g.build();
  }

  /// Levels and the samplers between them are numbered in one row.
  private String downBlocks(GraphBuilder g, String input) {
    String x = input;
    int block = 0;
    int in = config.baseDim();
    for (int level = 0; level < config.dimMult().size(); level++) {
      int out = config.baseDim() * config.dimMult().get(level);
      for (int i = 0; i < config.numResBlocks(); i++) {
        x = residual(g, x, "encoder.down_blocks." + block++, i == 0 ? in : out, out);
      }
      if (level + 1 < config.dimMult().size()) {
        x = downsample(g, x, "encoder.down_blocks." + block++ + ".resample.1", out);
      }
      in = out;
    }
    return x;
  }

  /// Half the size: a row and a column of zeros after the last ones, then every second pixel.
  private String downsample(GraphBuilder g, String x, String p, int channels) {
    String weight = weight(g, p + ".weight", channels, channels, 3, 3);
    return g.op(
        "Conv",
        List.of(x, weight, weight(g, p + ".bias", channels)),
        Map.of(
            "kernel_shape", new long[] {3, 3},
            "strides", new long[] {2, 2},
            "pads", new long[] {0, 0, 1, 1}));
  }

  /// Channels before each level: the largest multiplier twice, then down to the smallest.
  private int[] decoderChannels() {
    var mult = config.dimMult();
    int levels = mult.size();
    int[] channels = new int[levels + 1];
    channels[0] = config.baseDim() * mult.get(levels - 1);
    for (int i = 0; i < levels; i++) {
      channels[i + 1] = config.baseDim() * mult.get(levels - 1 - i);
    }
    return channels;
  }

  private String upBlock(GraphBuilder g, String input, int block, int[] channels) {
    String p = "decoder.up_blocks." + block + ".";
    // The up-sampler of the level before has halved the channels.
    int in = block == 0 ? channels[0] : channels[block] / 2;
    int out = channels[block + 1];
    String x = input;
    for (int i = 0; i <= config.numResBlocks(); i++) {
      x = residual(g, x, p + "resnets." + i, i == 0 ? in : out, out);
    }
    return block + 2 < channels.length ? upsample(g, x, p + "upsamplers.0.resample.1", out) : x;
  }

  private String residual(GraphBuilder g, String x, String p, int in, int out) {
    String shortcut = in == out ? x : temporal(g, x, p + ".conv_shortcut", in, out, 1);
    String y = g.silu(norm(g, x, p + ".norm1", new long[] {in, 1, 1, 1}));
    y = temporal(g, y, p + ".conv1", in, out, 3);
    y = g.silu(norm(g, y, p + ".norm2", new long[] {out, 1, 1, 1}));
    return g.op("Add", temporal(g, y, p + ".conv2", out, out, 3), shortcut);
  }

  /// One head over all pixels.
  private String attention(GraphBuilder g, String x, String p, int channels) {
    String normed = norm(g, x, p + ".norm", new long[] {channels, 1, 1});
    String qkv = spatial(g, normed, p + ".to_qkv", channels, 3 * channels, 1);
    String tokens =
        g.op(
            "Transpose",
            List.of(g.reshape(qkv, 1, 3L * channels, -1)),
            Map.of("perm", new long[] {0, 2, 1}));
    String attended =
        g.microsoft("MultiHeadAttention", g.split(tokens, 2, 3), Map.of("num_heads", 1));
    String back = g.op("Transpose", List.of(attended), Map.of("perm", new long[] {0, 2, 1}));
    String map = g.op("Reshape", back, g.op("Shape", x));
    return g.op("Add", x, spatial(g, map, p + ".proj", channels, channels, 1));
  }

  /// `x / max(‖x‖₂, 1e-12) · √channels · gamma`, the norm taken over the channels of each pixel.
  ///
  /// The sum over channels is a product with a row of ones: the library's own reduction over an
  /// outer axis is several times slower.
  private String norm(GraphBuilder g, String x, String p, long[] gammaShape) {
    int channels = (int) gammaShape[0];
    float[] row = new float[channels];
    Arrays.fill(row, 1f);
    String ones = g.floats("ones" + channels, new Shape(1, channels), row);
    String pixels = g.reshape(x, channels, -1);
    String squares = g.op("MatMul", ones, g.op("Mul", pixels, pixels));
    String length = g.op("Max", g.op("Sqrt", squares), g.scalar(1e-12f));
    String unit = g.op("Mul", pixels, g.op("Div", g.scalar((float) Math.sqrt(channels)), length));
    String gamma = weight(g, p + ".gamma", gammaShape);
    String scaled = g.op("Mul", unit, g.reshape(gamma, channels, 1));
    return g.op("Reshape", scaled, g.op("Shape", x));
  }

  /// Twice the size by repeating pixels, then a convolution to half the channels.
  private String upsample(GraphBuilder g, String x, String p, int channels) {
    String scales = g.floats("scales", new Shape(4), new float[] {1, 1, 2, 2});
    String doubled =
        g.op(
            "Resize",
            List.of(x, "", scales),
            Map.of(
                "mode", "nearest",
                "nearest_mode", "floor",
                "coordinate_transformation_mode", "asymmetric"));
    return spatial(g, doubled, p, channels, channels / 2, 3);
  }

  /// A convolution published with a kernel in time, whose last tap is taken.
  private String temporal(GraphBuilder g, String x, String p, int in, int out, int kernel) {
    String weight = weight(g, p + ".weight", out, in, kernel, kernel, kernel);
    String tap = g.op("Gather", List.of(weight, g.scalar((long) kernel - 1)), Map.of("axis", 2));
    return convolution(g, x, tap, weight(g, p + ".bias", out), kernel);
  }

  private String spatial(GraphBuilder g, String x, String p, int in, int out, int kernel) {
    String weight = weight(g, p + ".weight", out, in, kernel, kernel);
    return convolution(g, x, weight, weight(g, p + ".bias", out), kernel);
  }

  private String weight(GraphBuilder g, String name, long... shape) {
    return new Layers(g, component).weight(name, shape);
  }

  private static String convolution(
      GraphBuilder g, String x, String weight, String bias, int kernel) {
    long pad = kernel / 2;
    return g.op(
        "Conv",
        List.of(x, weight, bias),
        Map.of(
            "kernel_shape", new long[] {kernel, kernel},
            "pads", new long[] {pad, pad, pad, pad}));
  }
}
