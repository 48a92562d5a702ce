package io.inkstream.engine.network;

import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.graph.Layers;
import io.inkstream.engine.weights.TransformerConfig;
import java.util.List;
import java.util.Map;

/// A transformer block of ONNX's and ONNX Runtime's own operators.
final class PlainBlock extends DoubleStreamBlock<PlainBlock.Time> {
  static final float EPSILON = 1e-6f;

  private final AttentionHeads heads;

  PlainBlock(Layers layers, TransformerConfig config) {
    super(layers, config);
    this.heads = new AttentionHeads(layers, config);
  }

  /// How time acts on the image and, by its parts of a modulation, on the text.
  record Time(ImageModulation image, List<String> parts) {}

  @Override
  Time time() {
    var m = g.split(g.input("modulation", 12 * width), 0, 12);
    return new Time(
        config.zeroCondT() ? RowModulation.of(g, m, width) : new OneModulation(g, m), m);
  }

  @Override
  Attended heads(Streams rows, Time time) {
    var m = time.parts();
    String image = time.image().norm(rows.image(), 1, 0);
    String text = adaLayerNorm(g, rows.text(), m.get(7), m.get(6));
    String query =
        heads.rotated(joined(text, "add_q_proj", "norm_added_q", image, "to_q", "norm_q"));
    String key = heads.rotated(joined(text, "add_k_proj", "norm_added_k", image, "to_k", "norm_k"));
    String value =
        g.concat(
            0,
            List.of(
                linear(text, "attn.add_v_proj", width, width),
                linear(image, "attn.to_v", width, width)));
    return new Attended(query, key, g.reshape(value, 1, -1, width));
  }

  @Override
  String attended(Attended rows) {
    String all = g.microsoft("MultiHeadAttention", rows.all(), heads.attention());
    return g.reshape(all, -1, width);
  }

  @Override
  void after(Streams rows, Time time, String attended) {
    ImageModulation image = time.image();
    var m = time.parts();
    Streams seen = parted(g, attended, rows.text(), rows.image());
    String h =
        image.gated(rows.image(), 2, layers.linear("attn.to_out.0", width, width), seen.image());
    String e =
        gated(
            g, rows.text(), m.get(8), layers.linear("attn.to_add_out", width, width), seen.text());
    h =
        image.gated(
            h,
            5,
            layers.linear("img_mlp.net.2", 4 * width, width),
            hidden("img_mlp", image.norm(h, 4, 3)));
    e =
        gated(
            g,
            e,
            m.get(11),
            layers.linear("txt_mlp.net.2", 4 * width, width),
            hidden("txt_mlp", adaLayerNorm(g, e, m.get(10), m.get(9))));
    g.output("h_out", h, "img", width);
    g.output("e_out", e, "txt", width);
  }

  /// Cuts `joined` into rows as many as those of `text`, and of `image`.
  static Streams parted(GraphBuilder g, String joined, String text, String image) {
    String texts = g.extent(text, 0);
    if (g.weightsAreInputs()) {
      // CUDA's Split brings a table of all rows from the host, and stops the stream to free it.
      return new Streams(
          g.op("Slice", joined, texts, g.longs(Integer.MAX_VALUE), g.longs(0)),
          g.op("Slice", joined, g.longs(0), texts, g.longs(0)));
    }
    var parts = g.split(joined, 0, g.concat(0, List.of(texts, g.extent(image, 0))), 2);
    return new Streams(parts.get(1), parts.get(0));
  }

  private String joined(
      String text,
      String textLinear,
      String textNorm,
      String image,
      String imageLinear,
      String imageNorm) {
    return g.concat(
        0,
        List.of(
            heads.normed(linear(text, "attn." + textLinear, width, width), "attn." + textNorm),
            heads.normed(linear(image, "attn." + imageLinear, width, width), "attn." + imageNorm)));
  }

  static String adaLayerNorm(GraphBuilder g, String value, String scale, String shift) {
    return g.op(
        "LayerNormalization", List.of(value, scale, shift), Map.of("axis", -1, "epsilon", EPSILON));
  }

  /// `stream + gate · layer(value)`.
  static String gated(
      GraphBuilder g, String stream, String gate, Layers.Linear layer, String value) {
    return g.op("Add", stream, layer.gated(value, gate));
  }

  private String hidden(String layer, String value) {
    var in = layers.linear(layer + ".net.0.proj", width, 4 * width);
    String product = in.product(value);
    // The activation adds the bias on its way, which saves a pass over the widest tensor.
    return g.microsoft("FastGelu", List.of(product, in.bias()), Map.of());
  }

  private String linear(String value, String layer, long in, long out) {
    return layers.linear(layer, in, out).of(value);
  }
}
