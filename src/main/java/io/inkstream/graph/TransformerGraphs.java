package io.inkstream.graph;

import io.inkstream.kernel.FusedOperator;
import io.inkstream.tensor.DType;
import io.inkstream.tensor.Shape;
import io.inkstream.weights.Component;
import io.inkstream.weights.TensorEntry;
import io.inkstream.weights.TransformerConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// `QwenImageTransformer2DModel` of diffusers as a handful of graphs, one sample a run.
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
/// - `block_K`: `h, e, cos [all, h], sin [all, h], modulation [12 D]` → `h_out, e_out`.
/// - `image_out`: `h, modulation_out [2 D]` → `sample [img, patch² out_channels]`.
///
/// With bfloat16 as element type, streams, tables and modulations are bfloat16, and only
/// `hidden_states`, `encoder_hidden_states` and `sample` stay float32.
///
/// A modulation is, for the image and then for the text: shift, 1 + scale, gate of the attention,
/// shift, 1 + scale, gate of the MLP. That of the output is 1 + scale, shift.
public final class TransformerGraphs {
  private static final float EPSILON = 1e-6f;
  private static final int TIME_CHANNELS = 256;

  private final Component component;
  private final TransformerConfig config;
  private final DType element;
  private final long width;

  public TransformerGraphs(Component component, TransformerConfig config) {
    this(component, config, DType.F32);
  }

  /// @param element in which the streams are computed, `F32` or `BF16`; the modulations are always
  ///   computed in float32, since `Sin` and `Cos` know no other
  public TransformerGraphs(Component component, TransformerConfig config, DType element) {
    this.component = component;
    this.config = config;
    this.element = element;
    this.width = config.innerDim();
  }

  /// All graphs, in the order in which they run.
  public List<OnnxModel> all() {
    List<OnnxModel> models = new ArrayList<>(List.of(modulations(), imageIn(), textIn()));
    for (int block = 0; block < config.numLayers(); block++) {
      models.add(block(block));
    }
    models.add(imageOut());
    return models;
  }

  public OnnxModel modulations() {
    var g = new GraphBuilder("modulations", component);
    String act = g.silu(timeEmbedding(g, g.input("timestep", "steps")));
    for (int block = 0; block < config.numLayers(); block++) {
      String image = modulation(g, act, "transformer_blocks." + block + ".img_mod.1");
      String text = modulation(g, act, "transformer_blocks." + block + ".txt_mod.1");
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
    var g = new GraphBuilder("time_embedding", component);
    String act = g.silu(timeEmbedding(g, g.input("timestep", "steps")));
    g.output("act", act, "steps", width);
    String out = linear(g, act, "norm_out.linear", width, 2 * width);
    g.output("modulation_out", g.op("Add", out, ones(g, 2, 0)), "steps", 2 * width);
    return g.build();
  }

  /// One block's modulations of all steps, with its weights as inputs: `act [steps, D]` →
  /// `modulation [steps, 12 D]`.
  public BoundBlock boundModulation(int block) {
    String prefix = "transformer_blocks." + block + ".";
    var g = new GraphBuilder("modulation", component, element, prefix);
    String act = g.floatInput("act", "steps", width);
    String image = modulation(g, act, prefix + "img_mod.1");
    String text = modulation(g, act, prefix + "txt_mod.1");
    g.output("modulation", g.concat(1, List.of(image, text)), "steps", 12 * width);
    return new BoundBlock(g.build(), g.boundWeights());
  }

  /// `[cos, sin]` of `1000 t f_j`, `f_j = 10000^(-j/128)`, then Linear, SiLU, Linear: `[steps, D]`.
  private String timeEmbedding(GraphBuilder g, String timestep) {
    int half = TIME_CHANNELS / 2;
    float[] frequencies = new float[half];
    for (int j = 0; j < half; j++) {
      frequencies[j] = (float) Math.exp((float) (-Math.log(10000) * j) / half);
    }
    String column = g.reshape(timestep, -1, 1);
    String angle = g.op("Mul", column, g.floats("frequencies", new Shape(1, half), frequencies));
    String scaled = g.op("Mul", angle, g.scalar(1000f));
    String waves = g.concat(1, List.of(g.op("Cos", scaled), g.op("Sin", scaled)));
    String embedder = "time_text_embed.timestep_embedder.linear_";
    String hidden = g.silu(linear(g, waves, embedder + 1, TIME_CHANNELS, width));
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
    var g = new GraphBuilder("image_in", component, element);
    String latents = g.floatInput("hidden_states", "img", config.inChannels());
    g.output("h", linear(g, latents, "img_in", config.inChannels(), width), "img", width);
    return g.build();
  }

  public OnnxModel textIn() {
    var g = new GraphBuilder("text_in", component, element);
    int joint = config.jointAttentionDim();
    String embeds = g.floatInput("encoder_hidden_states", "txt", joint);
    String normed = g.rmsNorm(embeds, component.tensor("txt_norm.weight", joint), EPSILON);
    g.output("e", linear(g, normed, "txt_in", joint, width), "txt", width);
    return g.build();
  }

  public OnnxModel block(int block) {
    return block(block, new GraphBuilder(String.format("block_%02d", block), component, element));
  }

  /// The block with its weights as inputs.
  public BoundBlock boundBlock(int block) {
    String prefix = "transformer_blocks." + block + ".";
    var g = new GraphBuilder("block", component, element, prefix);
    OnnxModel model = block(block, g);
    return new BoundBlock(model, g.boundWeights());
  }

  /// Whether the kernels of a card take [#fusedBlock] of this model.
  public boolean fitsFusedKernels() {
    return FusedOperator.fitCuda(width, config.attentionHeadDim());
  }

  /// The block with its weights as inputs and with the operators of [FusedOperator]: the same
  /// numbers in a third of the passes over the streams.
  public BoundBlock fusedBlock(int block) {
    var g = new GraphBuilder("block", component, element, "transformer_blocks." + block + ".");
    OnnxModel model = new FusedBlock(g, component, config, block).build();
    return new BoundBlock(model, g.boundWeights());
  }

  private OnnxModel block(int block, GraphBuilder g) {
    String h = g.input("h", "img", width);
    String e = g.input("e", "txt", width);
    g.input("cos", "all", config.attentionHeadDim() / 2);
    g.input("sin", "all", config.attentionHeadDim() / 2);
    var m = g.split(g.input("modulation", 12 * width), 0, 12);
    String p = "transformer_blocks." + block + ".";

    var attended =
        attention(
            g, p, adaLayerNorm(g, h, m.get(1), m.get(0)), adaLayerNorm(g, e, m.get(7), m.get(6)));
    h = gated(g, h, m.get(2), attended.image());
    e = gated(g, e, m.get(8), attended.text());
    h = gated(g, h, m.get(5), mlp(g, p + "img_mlp", adaLayerNorm(g, h, m.get(4), m.get(3))));
    e = gated(g, e, m.get(11), mlp(g, p + "txt_mlp", adaLayerNorm(g, e, m.get(10), m.get(9))));
    g.output("h_out", h, "img", width);
    g.output("e_out", e, "txt", width);
    return g.build();
  }

  /// A value for each stream.
  record Streams(String image, String text) {}

  /// Joint attention over `[text, image]`, not causal, RMS-normalised and rotated queries and keys.
  private Streams attention(GraphBuilder g, String p, String image, String text) {
    String attn = p + "attn.";
    String query =
        rotated(g, joined(g, attn, text, "add_q_proj", "norm_added_q", image, "to_q", "norm_q"));
    String key =
        rotated(g, joined(g, attn, text, "add_k_proj", "norm_added_k", image, "to_k", "norm_k"));
    String value =
        g.concat(
            0,
            List.of(
                linear(g, text, attn + "add_v_proj", width, width),
                linear(g, image, attn + "to_v", width, width)));
    String attended =
        g.microsoft(
            "MultiHeadAttention",
            List.of(query, key, g.reshape(value, 1, -1, width)),
            Map.of("num_heads", config.numAttentionHeads()));
    Streams parts = parted(g, g.reshape(attended, -1, width), text, image);
    return new Streams(
        linear(g, parts.image(), attn + "to_out.0", width, width),
        linear(g, parts.text(), attn + "to_add_out", width, width));
  }

  /// Cuts `joined` into rows as many as those of `text`, and of `image`.
  static Streams parted(GraphBuilder g, String joined, String text, String image) {
    String texts = rows(g, text);
    if (g.bindsWeights()) {
      // CUDA's Split brings a table of all rows from the host, and stops the stream to free it.
      return new Streams(
          g.op("Slice", joined, texts, g.longs(Integer.MAX_VALUE), g.longs(0)),
          g.op("Slice", joined, g.longs(0), texts, g.longs(0)));
    }
    var parts = g.split(joined, 0, g.concat(0, List.of(texts, rows(g, image))), 2);
    return new Streams(parts.get(1), parts.get(0));
  }

  private String joined(
      GraphBuilder g,
      String attn,
      String text,
      String textLinear,
      String textNorm,
      String image,
      String imageLinear,
      String imageNorm) {
    return g.concat(
        0,
        List.of(
            headNorm(g, linear(g, text, attn + textLinear, width, width), attn + textNorm),
            headNorm(g, linear(g, image, attn + imageLinear, width, width), attn + imageNorm)));
  }

  private String headNorm(GraphBuilder g, String value, String norm) {
    int headDim = config.attentionHeadDim();
    TensorEntry weight = component.tensor(norm + ".weight", headDim);
    return g.rmsNorm(g.reshape(value, -1, config.numAttentionHeads(), headDim), weight, EPSILON);
  }

  /// Rotation of neighbouring pairs by the tables `cos` and `sin`; the result is `[1, all, D]`.
  private String rotated(GraphBuilder g, String heads) {
    return g.microsoft(
        "RotaryEmbedding",
        List.of(g.reshape(heads, 1, -1, width), g.longs(0), "cos", "sin"),
        Map.of("interleaved", 1, "num_heads", config.numAttentionHeads()));
  }

  private static String rows(GraphBuilder g, String value) {
    return g.op("Shape", List.of(value), Map.of("start", 0, "end", 1));
  }

  private static String adaLayerNorm(GraphBuilder g, String value, String scale, String shift) {
    return g.op(
        "LayerNormalization", List.of(value, scale, shift), Map.of("axis", -1, "epsilon", EPSILON));
  }

  private static String gated(GraphBuilder g, String value, String gate, String update) {
    return g.op("Add", value, g.op("Mul", update, gate));
  }

  private String mlp(GraphBuilder g, String layer, String value) {
    String in = layer + ".net.0.proj";
    String hidden = g.linear(value, component.tensor(in + ".weight", 4 * width, width));
    // The activation adds the bias on its way, which saves a pass over the widest tensor.
    String bias = g.weight(component.tensor(in + ".bias", 4 * width));
    String activated = g.microsoft("FastGelu", List.of(hidden, bias), Map.of());
    return linear(g, activated, layer + ".net.2", 4 * width, width);
  }

  public OnnxModel imageOut() {
    var g = new GraphBuilder("image_out", component, element);
    String h = g.input("h", "img", width);
    var m = g.split(g.input("modulation_out", 2 * width), 0, 2);
    long channels = (long) config.patchSize() * config.patchSize() * config.outChannels();
    String normed = adaLayerNorm(g, h, m.get(0), m.get(1));
    g.floatOutput("sample", linear(g, normed, "proj_out", width, channels), "img", channels);
    return g.build();
  }

  private String linear(GraphBuilder g, String value, String layer, long in, long out) {
    return g.linear(
        value,
        component.tensor(layer + ".weight", out, in),
        component.tensor(layer + ".bias", out));
  }
}
