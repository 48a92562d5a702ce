package io.inkstream.engine.network;

import io.inkstream.engine.graph.BoundBlock;
import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.TransformerConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// `QwenImageTransformer2DModel` of diffusers as a handful of graphs, one picture a run.
///
/// D is the model's width, `img` and `txt` the numbers of tokens, `all` their sum, h half a head's
/// width.
///
/// - `modulations`: `timestep [steps]` → `modulation.K [steps, 12 D]` of every block,
///   `modulation_out [steps, 2 D]`. They depend on time alone, so all steps of a schedule are made
///   in one run, which reads a third of the model's weights once instead of once per step. Where
///   they are made block by block: `time_embedding` and `modulation`.
/// - `image_in`: `hidden_states [img, in_channels]` → `h [img, D]`.
/// - `text_in`: `encoder_hidden_states [txt, joint]` → `e [txt, D]`; depends on the prompt alone.
/// - `block_K`: `h, e, cos [all, h], sin [all, h], modulation [12 D]` → `h_out, e_out`. With
///   `zero_cond_t` also `given [img, 1]`, which is 1 in the rows of given pictures and else 0, and
///   `modulation_given [12 D]`, of which the image's half acts on those rows.
/// - `image_out`: `h, modulation_out [2 D]` → `sample [img, patch² out_channels]`.
///
/// With bfloat16 as element type, streams, tables and modulations are bfloat16, and only
/// `hidden_states`, `encoder_hidden_states` and `sample` stay float32.
///
/// A modulation is, for the image and then for the text: shift, 1 + scale, gate of the attention,
/// shift, 1 + scale, gate of the MLP. That of the output is 1 + scale, shift.
public final class DoubleStreamGraphs implements TransformerGraphs {
  private static final float EPSILON = 1e-6f;

  private final TransformerNetwork network;
  private final TransformerConfig config;
  private final long width;

  /// @param element in which the streams are computed, `F32` or `BF16`; the modulations are always
  ///   computed in float32, since `Sin` and `Cos` know no other
  /// @param adaptable whether adapters may stand beside the linear layers, see
  ///   [io.inkstream.engine.graph.AdaptedLinear]
  public DoubleStreamGraphs(
      Component component, TransformerConfig config, DType element, boolean adaptable) {
    this.network = new TransformerNetwork(component, config, element, adaptable);
    this.config = config;
    this.width = network.width();
  }

  @Override
  public List<OnnxModel> all() {
    List<OnnxModel> models = new ArrayList<>(List.of(modulations(), imageIn(), textIn()));
    for (int block = 0; block < config.numLayers(); block++) {
      models.add(block(block));
    }
    models.add(imageOut());
    return models;
  }

  public OnnxModel modulations() {
    var g = network.graph("modulations", DType.F32);
    String act = g.silu(timeEmbedding(g, g.input("timestep", "steps")));
    for (int block = 0; block < config.numLayers(); block++) {
      g.output("modulation." + block, modulation(g, act, block), "steps", 12 * width);
    }
    String out = linear(g, act, "norm_out.linear", width, 2 * width);
    g.output("modulation_out", g.op("Add", out, ones(g, 2, 0)), "steps", 2 * width);
    return g.build();
  }

  /// What the modulations are made of, where they are made block by block: the time embedding after
  /// its activation, and the output's modulation.
  public OnnxModel timeEmbedding() {
    var g = network.graph("time_embedding", DType.F32);
    String act = g.silu(timeEmbedding(g, g.input("timestep", "steps")));
    g.output("act", act, "steps", width);
    String out = linear(g, act, "norm_out.linear", width, 2 * width);
    g.output("modulation_out", g.op("Add", out, ones(g, 2, 0)), "steps", 2 * width);
    return g.build();
  }

  @Override
  public Optional<BoundBlock> modulationInTurn() {
    return Optional.of(boundModulation(0));
  }

  /// One block's modulations of all steps, with its weights as inputs: `act [steps, D]` →
  /// `modulation [steps, 12 D]`.
  public BoundBlock boundModulation(int block) {
    var g = network.bound("modulation", block);
    String both = modulation(g, g.floatInput("act", "steps", width), block);
    g.output("modulation", both, "steps", 12 * width);
    return g.buildBound();
  }

  /// The waves, then Linear, SiLU, Linear: `[steps, D]`.
  private String timeEmbedding(GraphBuilder g, String timestep) {
    String embedder = "time_text_embed.timestep_embedder.linear_";
    String waves = TimeWaves.of(g, timestep);
    String hidden = g.silu(linear(g, waves, embedder + 1, TimeWaves.CHANNELS, width));
    return linear(g, hidden, embedder + 2, width, width);
  }

  /// Of the image, then of the text.
  private String modulation(GraphBuilder g, String act, int block) {
    return g.concat(
        1, List.of(modulation(g, act, block, "img_mod.1"), modulation(g, act, block, "txt_mod.1")));
  }

  private String modulation(GraphBuilder g, String act, int block, String layer) {
    String made = network.layers(g, block).linear(layer, width, 6 * width).of(act);
    return g.op("Add", made, ones(g, 6, 1, 4));
  }

  /// Ones where a scale stands among `parts` parts, zeros elsewhere: scale becomes 1 + scale.
  private String ones(GraphBuilder g, int parts, int... scales) {
    float[] ones = new float[(int) (parts * width)];
    for (int scale : scales) {
      Arrays.fill(ones, (int) (scale * width), (int) ((scale + 1) * width), 1f);
    }
    return g.narrowed(g.floats("ones" + parts, new Shape(ones.length), ones));
  }

  public OnnxModel imageIn() {
    var g = network.graph("image_in");
    String latents = g.floatInput("hidden_states", "img", config.inChannels());
    g.output("h", linear(g, latents, "img_in", config.inChannels(), width), "img", width);
    return g.build();
  }

  public OnnxModel textIn() {
    var g = network.graph("text_in");
    int joint = config.jointAttentionDim();
    String embeds = g.floatInput("encoder_hidden_states", "txt", joint);
    String normed = network.layers(g).rmsNorm("txt_norm", embeds, joint, EPSILON);
    g.output("e", linear(g, normed, "txt_in", joint, width), "txt", width);
    return g.build();
  }

  public OnnxModel block(int block) {
    var g = network.graph(String.format("block_%02d", block));
    new PlainBlock(network.layers(g, block), config).write(BlockPart.WHOLE);
    return g.build();
  }

  @Override
  public BoundBlock boundBlock(int block, BlockPart part) {
    var g = network.bound(part.graph(), block);
    new PlainBlock(network.layers(g, block), config).write(part);
    return g.buildBound();
  }

  @Override
  public boolean fitsFusedKernels() {
    return network.fitsFusedKernels();
  }

  @Override
  public boolean fitsFloat8Kernels() {
    return network.fitsFloat8Kernels();
  }

  @Override
  public BoundBlock fusedBlock(int block, ProductKernels products, BlockPart part) {
    var g = network.fused(part.graph(), block);
    new FusedBlock(network.layers(g, block), config, products).write(part);
    return g.buildBound();
  }

  public OnnxModel imageOut() {
    var g = network.graph("image_out");
    String h = g.input("h", "img", width);
    var m = g.split(g.input("modulation_out", 2 * width), 0, 2);
    long channels = (long) config.patchSize() * config.patchSize() * config.outChannels();
    String normed = PlainBlock.adaLayerNorm(g, h, m.get(0), m.get(1));
    g.floatOutput("sample", linear(g, normed, "proj_out", width, channels), "img", channels);
    return g.build();
  }

  private String linear(GraphBuilder g, String value, String layer, long in, long out) {
    return network.layers(g).linear(layer, in, out).of(value);
  }
}
