package io.inkstream.engine.network;

import io.inkstream.engine.graph.Binding;
import io.inkstream.engine.graph.BoundBlock;
import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.graph.Layers;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.TextEncoderConfig;
import java.util.List;
import java.util.Map;

/// The language part of `Qwen2_5_VLForConditionalGeneration` or of
/// `Qwen3VLForConditionalGeneration` of transformers, one prompt a run.
///
/// `inputs_embeds [tokens, hidden], cos [tokens, h], sin [tokens, h]` → `last_hidden_state [tokens,
/// hidden]`, h being half a head's width. Embedding rows are looked up outside, so the embedding
/// table is never copied. Attention is causal, so a prompt needs no mask.
///
/// What a model's eyes give beside embeddings, `deep_K [tokens, hidden]`, is added to what layer K
/// gives: zeros where no picture is.
///
/// Qwen2.5-VL has biases on queries, keys and values, and gives what its final norm makes of the
/// last layer. Qwen3-VL has none and normalises queries and keys head by head; Qwen-Image-2.1 reads
/// its last layer as it is, before that norm. What its layers add up reaches the hundreds, so that
/// sum is float32 whatever the layers compute in.
public final class TextEncoderGraph {
  private final Component component;
  private final TextEncoderConfig config;
  private final DType element;
  private final int deep;
  private final long hidden;
  private final long queryWidth;
  private final long keyWidth;

  /// @param element in which the layers compute, `F32` or `BF16`; inputs and output are float32
  /// @param deep layers that the model's eyes add to
  public TextEncoderGraph(Component component, TextEncoderConfig config, DType element, int deep) {
    this.component = component;
    this.config = config;
    this.element = element;
    this.deep = deep;
    this.hidden = config.hiddenSize();
    this.queryWidth = (long) config.numAttentionHeads() * config.headDim();
    this.keyWidth = (long) config.numKeyValueHeads() * config.headDim();
  }

  public OnnxModel build() {
    var g = new GraphBuilder("text_encoder", element);
    String h = streamOf(g, g.plainFloatInput("inputs_embeds", "tokens", hidden));
    String cos = g.floatInput("cos", "tokens", config.headDim() / 2);
    String sin = g.floatInput("sin", "tokens", config.headDim() / 2);
    for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
      h = layer(g, layer, h, cos, sin);
      if (layer < deep) {
        h = g.op("Add", h, streamOf(g, g.plainFloatInput("deep_" + layer, "tokens", hidden)));
      }
    }
    writeLast(g, h);
    return g.build();
  }

  /// Where each layer is a graph of its own, what comes before them: `inputs_embeds, cos, sin` in
  /// float32 → `h` in [#stream], `cos_table, sin_table` in the element type.
  public OnnxModel begin() {
    var g = new GraphBuilder("text_begin", element);
    writeStream(g, "h", streamOf(g, g.plainFloatInput("inputs_embeds", "tokens", hidden)));
    long half = config.headDim() / 2;
    g.output("cos_table", g.floatInput("cos", "tokens", half), "tokens", half);
    g.output("sin_table", g.floatInput("sin", "tokens", half), "tokens", half);
    return g.build();
  }

  /// A layer with its weights as inputs: `h, cos, sin` → `h_out`.
  public BoundBlock boundLayer(int layer) {
    var g =
        new GraphBuilder("text_layer", element, new Binding(prefix(layer), component.isDirect()));
    String h = readStream(g);
    String cos = g.input("cos", "tokens", config.headDim() / 2);
    String sin = g.input("sin", "tokens", config.headDim() / 2);
    writeStream(g, "h_out", layer(g, layer, h, cos, sin));
    return g.buildBound();
  }

  /// What comes after a layer that a model's eyes add to: `h`, and `deep` in float32 → `h_out`.
  public OnnxModel deep() {
    var g = new GraphBuilder("text_deep", element);
    String h = readStream(g);
    String added = streamOf(g, g.plainFloatInput("deep", "tokens", hidden));
    writeStream(g, "h_out", g.op("Add", h, added));
    return g.build();
  }

  /// What comes after the layers: `h` → `last_hidden_state` in float32.
  public OnnxModel end() {
    var g = new GraphBuilder("text_end", element);
    writeLast(g, readStream(g));
    return g.build();
  }

  private void writeLast(GraphBuilder g, String h) {
    switch (config.generation()) {
      case QWEN_IMAGE ->
          g.floatOutput("last_hidden_state", norm(g, h, "model.norm"), "tokens", hidden);
      case QWEN_IMAGE_21 -> g.plainFloatOutput("last_hidden_state", h, "tokens", hidden);
    }
  }

  /// The type of `h`, to which each layer adds.
  public DType stream() {
    return switch (config.generation()) {
      case QWEN_IMAGE -> element;
      case QWEN_IMAGE_21 -> DType.F32;
    };
  }

  /// A float32 value in the stream's type.
  private String streamOf(GraphBuilder g, String value) {
    return stream() == DType.F32 ? value : g.narrowed(value);
  }

  private String readStream(GraphBuilder g) {
    return stream() == element
        ? g.input("h", "tokens", hidden)
        : g.plainFloatInput("h", "tokens", hidden);
  }

  private void writeStream(GraphBuilder g, String name, String value) {
    if (stream() == element) {
      g.output(name, value, "tokens", hidden);
    } else {
      g.plainFloatOutput(name, value, "tokens", hidden);
    }
  }

  /// `h + value`.
  private String plus(GraphBuilder g, String h, String value) {
    return g.op("Add", h, stream() == element ? value : g.widened(value));
  }

  private static String prefix(int layer) {
    return "model.layers." + layer + ".";
  }

  private String layer(GraphBuilder g, int layer, String h, String cos, String sin) {
    String p = prefix(layer);
    String attended = attention(g, p + "self_attn.", norm(g, h, p + "input_layernorm"), cos, sin);
    String middle = plus(g, h, attended);
    return plus(g, middle, mlp(g, p + "mlp.", norm(g, middle, p + "post_attention_layernorm")));
  }

  /// The stream, normalised, in the element type.
  private String norm(GraphBuilder g, String h, String layer) {
    double epsilon = config.rmsNormEps();
    return stream() == element
        ? layers(g).rmsNorm(layer, h, hidden, epsilon)
        : layers(g).wideRmsNorm(layer, h, hidden, epsilon);
  }

  private String attention(GraphBuilder g, String p, String value, String cos, String sin) {
    String query = rotated(g, turning(g, p + "q", value, queryWidth), queryWidth, cos, sin);
    String key = rotated(g, turning(g, p + "k", value, keyWidth), keyWidth, cos, sin);
    String val = g.reshape(projected(g, p + "v", value, keyWidth), 1, -1, keyWidth);
    String attended =
        g.op(
            "Attention",
            List.of(query, key, val),
            Map.of(
                "is_causal", 1,
                "q_num_heads", config.numAttentionHeads(),
                "kv_num_heads", config.numKeyValueHeads(),
                "scale", AttentionHeads.scale(config.headDim())));
    return plain(g, p + "o_proj", g.reshape(attended, -1, queryWidth), queryWidth, hidden);
  }

  /// Half-rotation layout (unlike the transformer's pairs): `x · cos + [-x₂, x₁] · sin`.
  private String rotated(GraphBuilder g, String value, long width, String cos, String sin) {
    return g.microsoft(
        "RotaryEmbedding",
        List.of(g.reshape(value, 1, -1, width), g.longs(0), cos, sin),
        Map.of("interleaved", 0, "num_heads", (int) (width / config.headDim())));
  }

  private String mlp(GraphBuilder g, String p, String value) {
    long inner = config.intermediateSize();
    String gate = g.silu(plain(g, p + "gate_proj", value, hidden, inner));
    String up = plain(g, p + "up_proj", value, hidden, inner);
    return plain(g, p + "down_proj", g.op("Mul", gate, up), inner, hidden);
  }

  /// Queries or keys before their rotation.
  private String turning(GraphBuilder g, String layer, String value, long out) {
    String projected = projected(g, layer, value, out);
    return switch (config.generation()) {
      case QWEN_IMAGE -> projected;
      case QWEN_IMAGE_21 -> {
        String heads = g.reshape(projected, -1, out / config.headDim(), config.headDim());
        yield layers(g).rmsNorm(layer + "_norm", heads, config.headDim(), config.rmsNormEps());
      }
    };
  }

  private String projected(GraphBuilder g, String layer, String value, long out) {
    var linear = layers(g).linear(layer + "_proj", hidden, out);
    return switch (config.generation()) {
      case QWEN_IMAGE -> linear.of(value);
      case QWEN_IMAGE_21 -> linear.product(value);
    };
  }

  private String plain(GraphBuilder g, String layer, String value, long in, long out) {
    return layers(g).linear(layer, in, out).product(value);
  }

  private Layers layers(GraphBuilder g) {
    return new Layers(g, component);
  }
}
