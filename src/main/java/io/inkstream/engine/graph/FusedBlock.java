package io.inkstream.engine.graph;

import io.inkstream.engine.graph.PlainBlock.Streams;
import io.inkstream.engine.kernel.FusedOperator;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.TensorEntry;
import io.inkstream.engine.weights.TransformerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A transformer block as products, attention and [FusedOperator]s: queries, keys and values come
/// of one product, and biases are added by whatever reads a product.
final class FusedBlock {
  private final GraphBuilder g;
  private final Component component;
  private final TransformerConfig config;
  private final String prefix;
  private final long width;

  FusedBlock(GraphBuilder g, Component component, TransformerConfig config, int block) {
    this.g = g;
    this.component = component;
    this.config = config;
    this.prefix = "transformer_blocks." + block + ".";
    this.width = config.innerDim();
  }

  OnnxModel build() {
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
    return g.build();
  }

  private Streams attention(String image, String text, String h, String e) {
    var imageLayers = List.of("attn.to_q", "attn.to_k", "attn.to_v");
    var textLayers = List.of("attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj");
    var heads =
        g.fused(
            FusedOperator.HEAD_NORM_ROPE,
            List.of(
                g.linear(image, stacked("attn.to_qkv.weight", imageLayers)),
                g.linear(text, stacked("attn.add_qkv_proj.weight", textLayers)),
                stacked("attn.to_qkv.bias", imageLayers),
                stacked("attn.add_qkv_proj.bias", textLayers),
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

  private String product(String value, String layer, long in, long out) {
    return g.linear(value, component.tensor(prefix + layer + ".weight", out, in));
  }

  private String bias(String layer, long out) {
    return g.weight(component.tensor(prefix + layer + ".bias", out));
  }

  private String norm(String layer) {
    return g.weight(component.tensor(prefix + layer + ".weight", config.attentionHeadDim()));
  }

  /// The weights or biases of three layers as one, called `name`.
  private String stacked(String name, List<String> layers) {
    List<TensorEntry> entries = new ArrayList<>();
    for (String layer : layers) {
      String tensor = prefix + layer;
      entries.add(
          name.endsWith(".bias")
              ? component.tensor(tensor + ".bias", width)
              : component.tensor(tensor + ".weight", width, width));
    }
    return g.stacked(name, entries);
  }
}
