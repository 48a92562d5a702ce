package io.inkstream.engine.network;

import io.inkstream.engine.graph.FeatureMaps;
import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.TensorEntry;
import io.inkstream.engine.weights.VaeConfig;
import java.util.List;

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
  private static final int KERNEL = 3;

  private final Component component;
  private final VaeConfig config;
  private final Convolutions convolutions;

  /// How convolutions of 3 x 3 pixels are computed, and what there is beside them.
  public enum Convolutions {
    /// By the standard's operator.
    PLAIN,
    /// The same, the decoder's largest maps by a few rows at a time, [RowParts], and the attention
    /// too, [ScoresInParts]. For devices, whose memory is short.
    IN_PARTS,
    /// In tiles, with a quarter of the multiplications: [FeatureMaps#tiled].
    TILED;

    // What is left takes no more memory then than a part does.
    private static final int LEVELS_IN_PARTS = 2;
    private static final int PARTS = 4;

    /// Of a decoder's levels, the first that is computed in parts.
    static int firstInParts(int levels) {
      return Math.max(1, levels - LEVELS_IN_PARTS);
    }

    /// What the rows of all pixels see of each other: one head, `[1, pixels, channels]`.
    String attended(GraphBuilder g, Attended rows, int channels) {
      return switch (this) {
        case PLAIN, TILED ->
            g.microsoft("MultiHeadAttention", rows.all(), AttentionHeads.attention(1, channels));
        case IN_PARTS -> new ScoresInParts(g).of(rows, channels);
      };
    }

    /// How a decoder's last levels are computed.
    ///
    /// @param blocks of two convolutions in each, and one more
    RowParts rows(int levels, int blocks) {
      int parts = this == IN_PARTS ? PARTS : 1;
      return RowParts.decoder(parts, levels - firstInParts(levels), 2 * (blocks + 1));
    }
  }

  public VaeGraphs(Component component, VaeConfig config, Convolutions convolutions) {
    this.component = component;
    this.config = config;
    this.convolutions = convolutions;
  }

  /// Whether [Convolutions#TILED] computes with a weight in tiles: it does with kernels of 3 x 3
  /// that neither begin nor end a network, nor halve a picture.
  public static boolean isTiled(TensorEntry weight) {
    String name = weight.name();
    var shape = weight.shape();
    return shape.rank() > 2
        && shape.dim(-1) == KERNEL
        && shape.dim(-2) == KERNEL
        && !name.contains(".conv_in.")
        && !name.contains(".conv_out.")
        && !(name.startsWith("encoder.") && name.contains(".resample."));
  }

  public OnnxModel decoder() {
    var g = new GraphBuilder("decoder");
    var layers = layers(g);
    int[] channels = decoderChannels();
    String x = g.input("latents", 1, config.zDim(), "height", "width");
    x = layers.planar(x, "post_quant_conv", config.zDim());
    x = layers.first(x, "decoder.conv_in", config.zDim(), channels[0]);
    x = layers.residual(x, "decoder.mid_block.resnets.0", channels[0], channels[0]);
    x = layers.attention(x, "decoder.mid_block.attentions.0", channels[0]);
    x = layers.residual(x, "decoder.mid_block.resnets.1", channels[0], channels[0]);
    x = upLevel(layers, x, 0, channels);
    int first = Convolutions.firstInParts(levels());
    for (int level = 1; level < first; level++) {
      x = upLevel(layers, upsampled(layers, x, level - 1, channels), level, channels);
    }
    var rows = convolutions.rows(levels(), config.numResBlocks());
    x = rows.of(g, List.of(x), maps -> pixels(layers, maps.getFirst(), channels));
    g.output("sample", x, 1, RGB, "image_height", "image_width");
    return g.build();
  }

  /// The last levels, from the map that the one before them leaves.
  private String pixels(VaeLayers layers, String map, int[] channels) {
    String x = map;
    for (int level = Convolutions.firstInParts(levels()); level < levels(); level++) {
      x = upLevel(layers, upsampled(layers, x, level - 1, channels), level, channels);
    }
    int last = channels[channels.length - 1];
    x = layers.g().silu(layers.norm(x, "decoder.norm_out", last));
    return layers.last(x, "decoder.conv_out", last, RGB);
  }

  private int levels() {
    return config.dimMult().size();
  }

  /// Whether the component has an encoder at all: to decode, none is needed.
  public boolean hasEncoder() {
    return component.tensors().containsKey("encoder.conv_in.weight");
  }

  public OnnxModel encoder() {
    var g = new GraphBuilder("encoder");
    var layers = layers(g);
    int moments = 2 * config.zDim();
    int channels = config.baseDim() * config.dimMult().getLast();
    String x = g.input("sample", 1, RGB, "image_height", "image_width");
    x = layers.first(x, "encoder.conv_in", RGB, config.baseDim());
    x = downBlocks(layers, x);
    x = layers.residual(x, "encoder.mid_block.resnets.0", channels, channels);
    x = layers.attention(x, "encoder.mid_block.attentions.0", channels);
    x = layers.residual(x, "encoder.mid_block.resnets.1", channels, channels);
    x = g.silu(layers.norm(x, "encoder.norm_out", channels));
    x = layers.last(x, "encoder.conv_out", channels, moments);
    x = layers.planar(x, "quant_conv", moments);
    g.output("moments", x, 1, moments, "height", "width");
    return g.build();
  }

  /// Levels and the samplers between them are numbered in one row.
  private String downBlocks(VaeLayers layers, String input) {
    String x = input;
    int block = 0;
    int in = config.baseDim();
    for (int level = 0; level < config.dimMult().size(); level++) {
      int out = config.baseDim() * config.dimMult().get(level);
      for (int i = 0; i < config.numResBlocks(); i++) {
        x = layers.residual(x, "encoder.down_blocks." + block++, i == 0 ? in : out, out);
      }
      if (level + 1 < config.dimMult().size()) {
        x = layers.downsampled(x, "encoder.down_blocks." + block++ + ".resample.1", out);
      }
      in = out;
    }
    return x;
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

  private String upLevel(VaeLayers layers, String input, int level, int[] channels) {
    // The up-sampler of the level before has halved the channels.
    int in = level == 0 ? channels[0] : channels[level] / 2;
    int out = channels[level + 1];
    String x = input;
    for (int i = 0; i <= config.numResBlocks(); i++) {
      x = layers.residual(x, upBlock(level) + "resnets." + i, i == 0 ? in : out, out);
    }
    return x;
  }

  private static String upsampled(VaeLayers layers, String x, int level, int[] channels) {
    int in = channels[level + 1];
    return layers.upsampled(x, upBlock(level) + "upsamplers.0.resample.1", in, in / 2);
  }

  private static String upBlock(int level) {
    return "decoder.up_blocks." + level + ".";
  }

  private VaeLayers layers(GraphBuilder g) {
    return new VaeLayers(maps(g), component, VaeLayers.Kernels.IN_TIME, convolutions);
  }

  private FeatureMaps maps(GraphBuilder g) {
    return switch (convolutions) {
      case PLAIN, IN_PARTS -> FeatureMaps.planar(g);
      case TILED -> FeatureMaps.tiled(g);
    };
  }
}
