package io.inkstream.engine.network;

import io.inkstream.engine.graph.FeatureMaps;
import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.network.VaeGraphs.Convolutions;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.VaeConfig;
import java.util.List;
import java.util.Map;

/// `AutoencoderKLQwenImage21` of diffusers for one frame.
///
/// - `decoder`: `latents [1, z, height, width]` (de-normalised) → `sample [1, 4, 16 height, 16
///   width]`, colours and alpha, not clamped.
/// - `encoder`: `sample [1, 4, 16 height, 16 width]` in [-1, 1] → `moments [1, 2 z, height,
///   width]`, means and then logarithms of variances, not clamped.
///
/// Each level that doubles the size has a way around it on which channels become pixels
/// (`DupUp3D`), and each of the encoder's one on which pixels become channels (`AvgDown3D`). Their
/// temporal convolutions do not run on a first frame.
public final class ResidualVaeGraphs {
  private static final int QUARTERS = 4;
  private static final long[] PAIR = {2, 2};

  private final Component component;
  private final VaeConfig config;
  private final Convolutions convolutions;
  private final int[] channels;

  /// @param convolutions of whose ways none is in tiles here
  public ResidualVaeGraphs(Component component, VaeConfig config, Convolutions convolutions) {
    this.component = component;
    this.config = config;
    this.convolutions = convolutions;
    this.channels = decoderChannels(config);
  }

  /// Channels before each level: the largest multiplier twice, then down to the smallest.
  private static int[] decoderChannels(VaeConfig config) {
    var mult = config.dimMult().reversed();
    int[] channels = new int[mult.size() + 1];
    channels[0] = config.decoderBaseDim() * mult.getFirst();
    for (int level = 0; level < mult.size(); level++) {
      channels[level + 1] = config.decoderBaseDim() * mult.get(level);
    }
    return channels;
  }

  public OnnxModel decoder() {
    var g = new GraphBuilder("decoder");
    var layers = layers(g);
    int z = config.zDim();
    int first = channels[0];
    String x = g.input("latents", 1, z, "height", "width");
    x = layers.planar(x, "post_quant_conv", z);
    x = layers.first(x, "decoder.conv_in", z, first);
    x = layers.residual(x, "decoder.mid_block.resnets.0", first, first);
    x = layers.attention(x, "decoder.mid_block.attentions.0", first);
    x = layers.residual(x, "decoder.mid_block.resnets.1", first, first);
    var level = new Level(x, residuals(layers, x, 0));
    int inParts = Convolutions.firstInParts(levels());
    for (int i = 1; i < inParts; i++) {
      level = next(layers, level, i);
    }
    var rows = convolutions.rows(levels(), config.numResBlocks());
    var maps = List.of(level.before(), level.after());
    x = rows.of(g, maps, part -> pixels(layers, new Level(part.get(0), part.get(1))));
    g.output("sample", x, 1, config.pictureChannels(), "image_height", "image_width");
    return g.build();
  }

  /// Whether the component has an encoder at all: to decode, none is needed.
  public boolean hasEncoder() {
    return component.tensors().containsKey("encoder.conv_in.weight");
  }

  public OnnxModel encoder() {
    var g = new GraphBuilder("encoder");
    var layers = layers(g);
    int moments = 2 * config.zDim();
    int first = config.baseDim();
    int last = first * config.dimMult().getLast();
    String x = g.input("sample", 1, config.pictureChannels(), "image_height", "image_width");
    x = layers.first(x, "encoder.conv_in", config.pictureChannels(), first);
    for (int level = 0; level < config.dimMult().size(); level++) {
      x = downBlock(layers, x, level);
    }
    x = layers.residual(x, "encoder.mid_block.resnets.0", last, last);
    x = layers.attention(x, "encoder.mid_block.attentions.0", last);
    x = layers.residual(x, "encoder.mid_block.resnets.1", last, last);
    x = g.silu(layers.norm(x, "encoder.norm_out", last));
    x = layers.last(x, "encoder.conv_out", last, moments);
    x = layers.planar(x, "quant_conv", moments);
    g.output("moments", x, 1, moments, "height", "width");
    return g.build();
  }

  private String downBlock(VaeLayers layers, String input, int level) {
    String p = "encoder.down_blocks." + level + ".";
    int in = config.encoderChannels(level);
    int out = config.encoderChannels(level + 1);
    String x = input;
    for (int i = 0; i < config.numResBlocks(); i++) {
      x = layers.residual(x, p + "resnets." + i, i == 0 ? in : out, out);
    }
    GraphBuilder g = layers.g();
    if (level + 1 == config.dimMult().size()) {
      return g.op("Add", x, averaged(g, input, x, level));
    }
    x = layers.downsampled(x, p + "downsampler.resample.1", out);
    Map<String, Object> pairs = Map.of("kernel_shape", PAIR, "strides", PAIR);
    return g.op("Add", x, averaged(g, g.op("AveragePool", List.of(input), pairs), x, level));
  }

  /// Channels as means of channels side by side. Where time is halved, too, each stands behind one
  /// of zeros, that of the frame before the first.
  ///
  /// @param pixels already half as many along each side, where the level halves them
  /// @param like of the shape that is wanted
  private String averaged(GraphBuilder g, String pixels, String like, int level) {
    int in = config.encoderChannels(level);
    int out = config.encoderChannels(level + 1);
    int frames = config.frames(level);
    if (in * frames == out && frames == 1) {
      return pixels;
    }
    long[] sources = new long[in * frames];
    for (int i = 0; i < sources.length; i++) {
      sources[i] = i % frames == frames - 1 ? i / frames : in;
    }
    String withZeros = g.op("Pad", pixels, g.longs(0, 0, 0, 0, 0, 1, 0, 0));
    String all =
        g.op("Gather", List.of(withZeros, g.longs("aside" + level, sources)), Map.of("axis", 1));
    String groups = g.reshape(all, out, sources.length / out, -1);
    String means = g.op("ReduceMean", groups, g.longs(1));
    return g.op("Reshape", means, g.op("Shape", like));
  }

  /// A level's maps before and after its blocks.
  private record Level(String before, String after) {}

  /// The last levels, from the one before them.
  private String pixels(VaeLayers layers, Level begin) {
    Level level = begin;
    for (int i = Convolutions.firstInParts(levels()); i < levels(); i++) {
      level = next(layers, level, i);
    }
    int last = channels[channels.length - 1];
    String x = layers.g().silu(layers.norm(level.after(), "decoder.norm_out", last));
    return layers.last(x, "decoder.conv_out", last, config.pictureChannels());
  }

  private VaeLayers layers(GraphBuilder g) {
    return new VaeLayers(
        FeatureMaps.planar(g), component, VaeLayers.Kernels.IN_PLANE, convolutions);
  }

  private int levels() {
    return config.dimMult().size();
  }

  private Level next(VaeLayers layers, Level level, int i) {
    String before = doubled(layers, level, i - 1);
    return new Level(before, residuals(layers, before, i));
  }

  private String residuals(VaeLayers layers, String input, int level) {
    int out = channels[level + 1];
    String x = input;
    for (int i = 0; i <= config.numResBlocks(); i++) {
      x = layers.residual(x, upBlock(level) + "resnets." + i, i == 0 ? channels[level] : out, out);
    }
    return x;
  }

  private String doubled(VaeLayers layers, Level maps, int level) {
    int out = channels[level + 1];
    String x = layers.upsampled(maps.after(), upBlock(level) + "upsampler.resample.1", out, out);
    return layers.g().op("Add", x, around(layers.g(), maps.before(), level));
  }

  private static String upBlock(int level) {
    return "decoder.up_blocks." + level + ".";
  }

  /// Twice the size: pixel `(2 y + a, 2 x + b)` of a channel is pixel `(y, x)` of one of the
  /// input's.
  private String around(GraphBuilder g, String input, int level) {
    int out = channels[level + 1];
    int frames = config.temperalDownsample().reversed().get(level) ? 2 : 1;
    int repeats = out * frames * QUARTERS / channels[level];
    long[] sources = new long[out * QUARTERS];
    for (int i = 0; i < sources.length; i++) {
      // Of the frames that a first one becomes, the last.
      long frame = (long) i / QUARTERS * frames + frames - 1;
      sources[i] = (frame * QUARTERS + i % QUARTERS) / repeats;
    }
    String gathered =
        g.op("Gather", List.of(input, g.longs("around" + level, sources)), Map.of("axis", 1));
    return g.op("DepthToSpace", List.of(gathered), Map.of("blocksize", 2, "mode", "CRD"));
  }
}
