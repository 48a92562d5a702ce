package io.inkstream.engine.graph;

import io.inkstream.engine.graph.PlainBlock.Streams;
import io.inkstream.engine.kernel.FusedOperator;
import io.inkstream.engine.weights.TransformerConfig;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A transformer block as products, attention and [FusedOperator]s: queries, keys and values come
/// of one product, and biases are added by whatever reads a product.
final class FusedBlock {
  private final GraphBuilder g;
  private final Layers layers;
  private final TransformerConfig config;
  private final long width;

  FusedBlock(Layers layers, TransformerConfig config) {
    this.g = layers.g();
    this.layers = layers;
    this.config = config;
    this.width = config.innerDim();
  }

  void write() {
    String h = g.input("h", "img", width);
    String e = g.input("e", "txt", width);
    g.input("cos", "all", config.attentionHeadDim() / 2);
    g.input("sin", "all", config.attentionHeadDim() / 2);
    String modulation = g.input("modulation", 12 * width);

    var normed = g.fused(FusedOperator.ADA_LAYER_NORM, List.of(h, e, modulation));
    Streams attended = attention(normed.get(0), normed.get(1), h, e);
    var middle =
        g.fused(
            FusedOperator.GATED_ADA_LAYER_NORM,
            List.of(
                h,
                e,
                product(attended.image(), "attn.to_out.0", width, width),
                product(attended.text(), "attn.to_add_out", width, width),
                bias("attn.to_out.0", width),
                bias("attn.to_add_out", width),
                modulation));
    var active =
        g.fused(
            FusedOperator.BIAS_GELU,
            List.of(
                product(middle.get(2), "img_mlp.net.0.proj", width, 4 * width),
                product(middle.get(3), "txt_mlp.net.0.proj", width, 4 * width),
                bias("img_mlp.net.0.proj", 4 * width),
                bias("txt_mlp.net.0.proj", 4 * width)));
    var out =
        g.fused(
            FusedOperator.GATED_RESIDUAL,
            List.of(
                middle.get(0),
                middle.get(1),
                product(active.get(0), "img_mlp.net.2", 4 * width, width),
                product(active.get(1), "txt_mlp.net.2", 4 * width, width),
                bias("img_mlp.net.2", width),
                bias("txt_mlp.net.2", width),
                modulation));
    g.output("h_out", out.get(0), "img", width);
    g.output("e_out", out.get(1), "txt", width);
  }

  private Streams attention(String image, String text, String h, String e) {
    var images = stacked("to_qkv", "to_q", "to_k", "to_v");
    var texts = stacked("add_qkv_proj", "add_q_proj", "add_k_proj", "add_v_proj");
    var heads =
        g.fused(
            FusedOperator.HEAD_NORM_ROPE,
            List.of(
                images.product(image),
                texts.product(text),
                images.bias(),
                texts.bias(),
                norm("attn.norm_q"),
                norm("attn.norm_k"),
                norm("attn.norm_added_q"),
                norm("attn.norm_added_k"),
                "cos",
                "sin"));
    String joint =
        g.microsoft("MultiHeadAttention", heads, Map.of("num_heads", config.numAttentionHeads()));
    return PlainBlock.parted(g, g.reshape(joint, -1, width), e, h);
  }

  private Layers.Linear stacked(String name, String... names) {
    var modules = Stream.of(names).map(module -> "attn." + module).toList();
    return layers.stacked("attn." + name, modules, width, width);
  }

  private String product(String value, String layer, long in, long out) {
    return layers.linear(layer, in, out).product(value);
  }

  private String bias(String layer, long out) {
    return layers.weight(layer + ".bias", out);
  }

  private String norm(String layer) {
    return layers.weight(layer + ".weight", config.attentionHeadDim());
  }
}
