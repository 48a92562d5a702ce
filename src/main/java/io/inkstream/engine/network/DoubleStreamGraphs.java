package io.inkstream.engine.network;

import io.inkstream.engine.graph.Binding;
import io.inkstream.engine.graph.BoundBlock;
import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.graph.Layers;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.kernel.FusedOperator;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.TransformerConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

  private final Component component;
  private final TransformerConfig config;
  private final DType element;
  private final boolean adaptable;
  private final long width;

  /// @param element in which the streams are computed, `F32` or `BF16`; the modulations are always
  ///   computed in float32, since `Sin` and `Cos` know no other
  /// @param adaptable whether adapters may stand beside the linear layers, see
  ///   [io.inkstream.engine.graph.AdaptedLinear]
  public DoubleStreamGraphs(
      Component component, TransformerConfig config, DType element, boolean adaptable) {
    this.component = component;
    this.config = config;
    this.element = element;
    this.adaptable = adaptable;
    this.width = config.innerDim();
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
    var g = builder("modulations", DType.F32, null);
    String act = g.silu(timeEmbedding(g, g.input("timestep", "steps")));
    for (int block = 0; block < config.numLayers(); block++) {
      String image = modulation(g, act, prefix(block) + "img_mod.1");
      String text = modulation(g, act, prefix(block) + "txt_mod.1");
      String both = g.concat(1, List.of(image, text));
      g.output("modulation." + block, both, "steps", 12 * width);
    }
    String out = linear(g, act, "norm_out.linear", width, 2 * width);
    g.output("modulation_out", g.op("Add", out, ones(g, 2, 0)), "steps", 2 * width);
    return g.build();
  }

  /// What the modulations are made of, where they are made block by block: the time embedding after
  /// its activation, and the output's modulation.
  public OnnxModel timeEmbedding() {
    var g = builder("time_embedding", DType.F32, null);
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
    String prefix = prefix(block);
    var g = builder("modulation", element, prefix);
    String act = g.floatInput("act", "steps", width);
    String image = modulation(g, act, prefix + "img_mod.1");
    String text = modulation(g, act, prefix + "txt_mod.1");
    g.output("modulation", g.concat(1, List.of(image, text)), "steps", 12 * width);
    return g.buildBound();
  }

  /// The waves, then Linear, SiLU, Linear: `[steps, D]`.
  private String timeEmbedding(GraphBuilder g, String timestep) {
    String embedder = "time_text_embed.timestep_embedder.linear_";
    String waves = TimeWaves.of(g, timestep);
    String hidden = g.silu(linear(g, waves, embedder + 1, TimeWaves.CHANNELS, width));
    return linear(g, hidden, embedder + 2, width, width);
  }

  private String modulation(GraphBuilder g, String act, String layer) {
    return g.op("Add", linear(g, act, layer, width, 6 * width), ones(g, 6, 1, 4));
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
    var g = builder("image_in", element, null);
    String latents = g.floatInput("hidden_states", "img", config.inChannels());
    g.output("h", linear(g, latents, "img_in", config.inChannels(), width), "img", width);
    return g.build();
  }

  public OnnxModel textIn() {
    var g = builder("text_in", element, null);
    int joint = config.jointAttentionDim();
    String embeds = g.floatInput("encoder_hidden_states", "txt", joint);
    String normed = layers(g).rmsNorm("txt_norm", embeds, joint, EPSILON);
    g.output("e", linear(g, normed, "txt_in", joint, width), "txt", width);
    return g.build();
  }

  public OnnxModel block(int block) {
    var g = builder(String.format("block_%02d", block), element, null);
    new PlainBlock(layers(g).in(prefix(block)), config).write(BlockPart.WHOLE);
    return g.build();
  }

  @Override
  public BoundBlock boundBlock(int block, BlockPart part) {
    String prefix = prefix(block);
    var g = builder(part.graph(), element, prefix);
    new PlainBlock(layers(g).in(prefix), config).write(part);
    return g.buildBound();
  }

  /// Whether the kernels of a card take [#fusedBlock] of this model.
  public boolean fitsFusedKernels() {
    return FusedOperator.fitCuda(width, config.attentionHeadDim());
  }

  /// Whether a card multiplies such a model's weights of 8 bits as they are.
  public boolean fitsFloat8Kernels() {
    return FusedOperator.fitFloat8(width);
  }

  /// The block with its weights as inputs and with the operators of `kernel`: the same numbers in
  /// half of the passes over the streams.
  ///
  /// @param products of its layers, where no adapters may stand beside them
  public BoundBlock fusedBlock(int block, ProductKernels products, BlockPart part) {
    String prefix = prefix(block);
    var binding = new Binding(prefix, component.isDirect(), true);
    var g = new GraphBuilder(part.graph(), element, binding, adaptable);
    new FusedBlock(layers(g).in(prefix), config, products).write(part);
    return g.buildBound();
  }

  /// All of it.
  public BoundBlock fusedBlock(int block, ProductKernels products) {
    return fusedBlock(block, products, BlockPart.WHOLE);
  }

  public OnnxModel imageOut() {
    var g = builder("image_out", element, null);
    String h = g.input("h", "img", width);
    var m = g.split(g.input("modulation_out", 2 * width), 0, 2);
    long channels = (long) config.patchSize() * config.patchSize() * config.outChannels();
    String normed = PlainBlock.adaLayerNorm(g, h, m.get(0), m.get(1));
    g.floatOutput("sample", linear(g, normed, "proj_out", width, channels), "img", channels);
    return g.build();
  }

  private String linear(GraphBuilder g, String value, String layer, long in, long out) {
    return layers(g).linear(layer, in, out).of(value);
  }

  private GraphBuilder builder(String name, DType type, @Nullable String boundPrefix) {
    var binding = boundPrefix == null ? null : new Binding(boundPrefix, component.isDirect());
    return new GraphBuilder(name, type, binding, adaptable);
  }

  private Layers layers(GraphBuilder g) {
    return new Layers(g, component);
  }

  private static String prefix(int block) {
    return "transformer_blocks." + block + ".";
  }
}
