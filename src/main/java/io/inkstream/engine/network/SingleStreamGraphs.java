package io.inkstream.engine.network;

import io.inkstream.engine.graph.BoundBlock;
import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.TransformerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `QwenImage21Transformer2DModel` of diffusers as a handful of graphs, one picture a run.
///
/// D is the model's width, `img` and `txt` the numbers of tokens, h half a head's width. Text sees
/// what precedes it and never the drawn picture, and is modulated as of time 0: its keys and values
/// are the same at every step, so they are computed once and kept.
///
/// - `modulations`: `timestep [steps]` → `modulation [steps, 4 D]`, the same for every block, and
///   `modulation_out [steps, D]`.
/// - `text_in`: `encoder_hidden_states [txt, context]` → `h [txt, D]`.
/// - `prefix_block_K`: `h, cos [txt, h], sin [txt, h], modulation [4 D]` (of time 0) → `h_out`,
///   `key [txt, D]` (normalised and rotated) and `value [txt, D]`: the block's own weights, over
///   the text.
/// - `given_block_K`: the same over a picture that stands in the prefix, whose tokens see all of
///   each other: also `key [before, D]` and `value [before, D]` of what precedes it → `h_out`,
///   `own_key [img, D]` and `own_value [img, D]`.
/// - `rest_block_K`: the same over text behind such a picture: also `bias [1, 1, txt, before +
///   txt]`, which is added to the scores and hides what a token does not see.
/// - `image_in`: `hidden_states [img, in_channels]` → `h [img, D]`.
/// - `block_K`: `h, cos [img, h], sin [img, h], modulation [4 D], key [txt, D], value [txt, D]` →
///   `h_out`.
/// - `image_out`: `h, modulation_out [D]` → `sample [img, out_channels]`.
///
/// With bfloat16 as element type only `hidden_states`, `encoder_hidden_states` and `sample` stay
/// float32.
///
/// A modulation is 1 + scale, tanh(gate) of the attention, 1 + scale, tanh(gate) of the MLP. That
/// of the output is 1 + scale.
public final class SingleStreamGraphs implements TransformerGraphs {
  private static final int PARTS = 4;

  private final TransformerNetwork network;
  private final TransformerConfig config;
  private final long width;

  /// @param element in which the streams are computed, `F32` or `BF16`; the modulations are always
  ///   computed in float32, since `Sin` and `Cos` know no other
  /// @param adaptable whether adapters may stand beside the linear layers, see
  ///   [io.inkstream.engine.graph.AdaptedLinear]
  public SingleStreamGraphs(
      Component component, TransformerConfig config, DType element, boolean adaptable) {
    this.network = new TransformerNetwork(component, config, element, adaptable);
    this.config = config;
    this.width = network.width();
  }

  @Override
  public List<OnnxModel> all() {
    List<OnnxModel> models = new ArrayList<>(List.of(modulations(), textIn(), imageIn()));
    for (int block = 0; block < config.numLayers(); block++) {
      models.add(prefixBlock(block));
      models.add(givenBlock(block));
      models.add(restBlock(block));
      models.add(block(block));
    }
    models.add(imageOut());
    return models;
  }

  public OnnxModel modulations() {
    var g = network.graph("modulations", DType.F32);
    String act = g.silu(timeEmbedding(g, g.input("timestep", "steps")));
    var parts = g.split(product(g, act, "modulation.1", width, PARTS * width), 1, PARTS);
    String both =
        g.concat(
            1,
            List.of(
                onePlus(g, parts.get(0)),
                g.op("Tanh", parts.get(1)),
                onePlus(g, parts.get(2)),
                g.op("Tanh", parts.get(3))));
    g.output("modulation", both, "steps", PARTS * width);
    String out = product(g, act, "norm_out.linear", width, width);
    g.output("modulation_out", onePlus(g, out), "steps", width);
    return g.build();
  }

  private String timeEmbedding(GraphBuilder g, String timestep) {
    String embedder = "time_text_embed.timestep_embedder.linear_";
    String waves = TimeWaves.of(g, timestep);
    String hidden = g.silu(product(g, waves, embedder + 1, TimeWaves.CHANNELS, width));
    return product(g, hidden, embedder + 2, width, width);
  }

  private static String onePlus(GraphBuilder g, String value) {
    return g.op("Add", value, g.narrowed(g.scalar(1f)));
  }

  public OnnxModel textIn() {
    var g = network.graph("text_in");
    int context = config.jointAttentionDim();
    String embeds = g.floatInput("encoder_hidden_states", "txt", context);
    String weight = onePlus(g, network.layers(g).weight("txt_in.text_norm.weight", context));
    String normed =
        g.op(
            "RMSNormalization",
            List.of(embeds, weight),
            Map.of("axis", -1, "epsilon", PlainBlock.EPSILON));
    String in = product(g, normed, "txt_in.in_layer", context, width);
    String hidden = g.microsoft("FastGelu", List.of(in), Map.of());
    g.output("h", product(g, hidden, "txt_in.out_layer", width, width), "txt", width);
    return g.build();
  }

  public OnnxModel prefixBlock(int block) {
    var g = network.graph(String.format("prefix_block_%02d", block));
    writePrefix(g, block, false);
    return g.build();
  }

  /// The block over the text, with its weights as inputs: those of [#boundBlock].
  public BoundBlock boundPrefixBlock(int block) {
    var g = network.bound("prefix_block", block);
    writePrefix(g, block, false);
    return g.buildBound();
  }

  /// The same with the weights of [#fusedBlock].
  public BoundBlock stackedPrefixBlock(int block) {
    var g = network.fused("prefix_block", block);
    writePrefix(g, block, true);
    return g.buildBound();
  }

  private void writePrefix(GraphBuilder g, int block, boolean stacked) {
    String h = g.input("h", "txt", width);
    var modulation = tables(g, "txt");
    var one = new SingleStreamBlock(network.layers(g, block), config, stacked);
    var rows = one.attended(h, modulation);
    g.output("key", g.reshape(rows.key(), -1, width), "txt", width);
    g.output("value", g.reshape(rows.value(), -1, width), "txt", width);
    g.output("h_out", one.after(h, modulation, one.causal(rows)), "txt", width);
  }

  public OnnxModel givenBlock(int block) {
    var g = network.graph(String.format("given_block_%02d", block));
    writeGiven(g, block, false);
    return g.build();
  }

  /// The block over a given picture, with its weights as inputs: those of [#boundBlock].
  public BoundBlock boundGivenBlock(int block) {
    var g = network.bound("given_block", block);
    writeGiven(g, block, false);
    return g.buildBound();
  }

  /// The same with the weights of [#fusedBlock].
  public BoundBlock stackedGivenBlock(int block) {
    var g = network.fused("given_block", block);
    writeGiven(g, block, true);
    return g.buildBound();
  }

  private void writeGiven(GraphBuilder g, int block, boolean stacked) {
    String h = g.input("h", "img", width);
    var modulation = tables(g, "img");
    String key = g.input("key", "before", width);
    String value = g.input("value", "before", width);
    var one = new SingleStreamBlock(network.layers(g, block), config, stacked);
    var rows = one.attended(h, modulation);
    own(g, rows, "img");
    g.output("h_out", one.after(h, modulation, one.behind(key, value, rows)), "img", width);
  }

  public OnnxModel restBlock(int block) {
    var g = network.graph(String.format("rest_block_%02d", block));
    writeRest(g, block, false);
    return g.build();
  }

  /// The block over text behind a given picture, with its weights as inputs: those of
  /// [#boundBlock].
  public BoundBlock boundRestBlock(int block) {
    var g = network.bound("rest_block", block);
    writeRest(g, block, false);
    return g.buildBound();
  }

  /// The same with the weights of [#fusedBlock].
  public BoundBlock stackedRestBlock(int block) {
    var g = network.fused("rest_block", block);
    writeRest(g, block, true);
    return g.buildBound();
  }

  private void writeRest(GraphBuilder g, int block, boolean stacked) {
    String h = g.input("h", "txt", width);
    var modulation = tables(g, "txt");
    String key = g.input("key", "before", width);
    String value = g.input("value", "before", width);
    String bias = g.floatInput("bias", 1, 1, "txt", "all");
    var one = new SingleStreamBlock(network.layers(g, block), config, stacked);
    var rows = one.attended(h, modulation);
    own(g, rows, "txt");
    g.output("h_out", one.after(h, modulation, one.behind(key, value, rows, bias)), "txt", width);
  }

  private void own(GraphBuilder g, Attended rows, String count) {
    g.output("own_key", g.reshape(rows.key(), -1, width), count, width);
    g.output("own_value", g.reshape(rows.value(), -1, width), count, width);
  }

  private List<String> tables(GraphBuilder g, String rows) {
    angles(g, rows);
    return g.split(modulation(g), 0, PARTS);
  }

  private String modulation(GraphBuilder g) {
    return g.input("modulation", PARTS * width);
  }

  private void angles(GraphBuilder g, String rows) {
    g.input("cos", rows, config.attentionHeadDim() / 2);
    g.input("sin", rows, config.attentionHeadDim() / 2);
  }

  public OnnxModel imageIn() {
    var g = network.graph("image_in");
    String latents = g.floatInput("hidden_states", "img", config.inChannels());
    g.output("h", product(g, latents, "img_in", config.inChannels(), width), "img", width);
    return g.build();
  }

  public OnnxModel block(int block) {
    var g = network.graph(String.format("block_%02d", block));
    write(g, block, BlockPart.WHOLE);
    return g.build();
  }

  @Override
  public BoundBlock boundBlock(int block, BlockPart part) {
    var g = network.bound(part.graph(), block);
    write(g, block, part);
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
    write(g, new FusedSingleStreamBlock(network.layers(g, block), config, products), part);
    return g.buildBound();
  }

  private void write(GraphBuilder g, FusedSingleStreamBlock one, BlockPart part) {
    String h = g.input("h", "img", width);
    switch (part) {
      case WHOLE -> {
        angles(g, "img");
        String modulation = modulation(g);
        String key = g.input("key", "txt", width);
        String value = g.input("value", "txt", width);
        String seen = one.attended(one.heads(h, modulation, key, value));
        g.output("h_out", one.after(h, modulation, seen), "img", width);
      }
      case ATTENTION_IN -> {
        angles(g, "img");
        one.heads(h, modulation(g)).output(g, width);
      }
      case ATTENTION_OUT -> {
        String modulation = modulation(g);
        String seen = g.input("attended", "rows", width);
        g.output("h_out", one.after(h, modulation, seen), "img", width);
      }
    }
  }

  private void write(GraphBuilder g, int block, BlockPart part) {
    String h = g.input("h", "img", width);
    var one = new SingleStreamBlock(network.layers(g, block), config, false);
    switch (part) {
      case WHOLE -> {
        var modulation = tables(g, "img");
        String key = g.input("key", "txt", width);
        String value = g.input("value", "txt", width);
        String seen = one.behind(key, value, one.attended(h, modulation));
        g.output("h_out", one.after(h, modulation, seen), "img", width);
      }
      case ATTENTION_IN -> one.attended(h, tables(g, "img")).output(g, width);
      case ATTENTION_OUT -> {
        var modulation = g.split(modulation(g), 0, PARTS);
        String seen = g.input("attended", "rows", width);
        g.output("h_out", one.after(h, modulation, seen), "img", width);
      }
    }
  }

  public OnnxModel imageOut() {
    var g = network.graph("image_out");
    String h = g.input("h", "img", width);
    String normed = SingleStreamBlock.norm(g, h, g.input("modulation_out", width));
    String sample = product(g, normed, "proj_out", width, config.outChannels());
    g.floatOutput("sample", sample, "img", config.outChannels());
    return g.build();
  }

  @Override
  public Optional<BoundBlock> modulationInTurn() {
    return Optional.empty();
  }

  private String product(GraphBuilder g, String value, String layer, long in, long out) {
    return network.layers(g).linear(layer, in, out).product(value);
  }
}
