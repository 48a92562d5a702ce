package io.inkstream.engine.graph;

import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.VaeConfig;
import java.util.List;
import java.util.Map;

/// The decoder of `AutoencoderKLQwenImage21` of diffusers for one frame: `latents [1, z, height,
/// width]` (de-normalised) → `sample [1, 4, 16 height, 16 width]`, colours and alpha, not clamped.
///
/// Each level that doubles the size has a way around it on which channels become pixels
/// (`DupUp3D`). Its temporal convolutions do not run on a first frame.
public final class ResidualVaeGraphs {
  private static final int QUARTERS = 4;

  private final Component component;
  private final VaeConfig config;
  private final int[] channels;

  public ResidualVaeGraphs(Component component, VaeConfig config) {
    this.component = component;
    this.config = config;
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
    var layers = new VaeLayers(new PlanarMaps(g), component, VaeLayers.Kernels.IN_PLANE);
    int z = config.zDim();
    int first = channels[0];
    int last = channels[channels.length - 1];
    String x = g.input("latents", 1, z, "height", "width");
    x = layers.planar(x, "post_quant_conv", z);
    x = layers.first(x, "decoder.conv_in", z, first);
    x = layers.residual(x, "decoder.mid_block.resnets.0", first, first);
    x = layers.attention(x, "decoder.mid_block.attentions.0", first);
    x = layers.residual(x, "decoder.mid_block.resnets.1", first, first);
    for (int level = 0; level + 1 < channels.length; level++) {
      x = upBlock(layers, x, level);
    }
    x = g.silu(layers.norm(x, "decoder.norm_out", last));
    x = layers.last(x, "decoder.conv_out", last, config.pictureChannels());
    g.output("sample", x, 1, config.pictureChannels(), "image_height", "image_width");
    return g.build();
  }

  private String upBlock(VaeLayers layers, String input, int level) {
    String p = "decoder.up_blocks." + level + ".";
    int out = channels[level + 1];
    String x = input;
    for (int i = 0; i <= config.numResBlocks(); i++) {
      x = layers.residual(x, p + "resnets." + i, i == 0 ? channels[level] : out, out);
    }
    if (level + 2 == channels.length) {
      return x;
    }
    x = layers.upsampled(x, p + "upsampler.resample.1", out, out);
    return layers.g().op("Add", x, around(layers.g(), input, level));
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
