package io.inkstream.engine.graph;

import io.inkstream.engine.graph.Layers.Linear;
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
  private final ProductKernels whose;

  FusedBlock(Layers layers, TransformerConfig config, ProductKernels products) {
    this.g = layers.g();
    this.layers = layers;
    this.config = config;
    this.width = config.innerDim();
    this.whose = products;
  }

  void write() {
    String h = g.input("h", "img", width);
    String e = g.input("e", "txt", width);
    g.input("cos", "all", config.attentionHeadDim() / 2);
    g.input("sin", "all", config.attentionHeadDim() / 2);
    String modulation = g.input("modulation", 12 * width);
    var pairs = new Pairs();
    BlockProducts products = products(h, e, pairs);

    var normed = g.own(products.norm(), List.of(h, e, modulation));
    Streams attended =
        products.ofJoint(
            pairs.out.image(), pairs.out.text(), attention(products, pairs.heads, normed));
    var middle =
        g.own(
            products.gatedNorm(),
            List.of(
                h,
                e,
                attended.image(),
                attended.text(),
                pairs.out.image().bias(),
                pairs.out.text().bias(),
                modulation));
    var active =
        products.active(pairs.up.image(), pairs.up.text(), middle.subList(2, middle.size()));
    Streams down = products.of(pairs.down.image(), pairs.down.text(), active);
    var out =
        g.own(
            FusedOperator.GATED_RESIDUAL,
            List.of(
                middle.get(0),
                middle.get(1),
                down.image(),
                down.text(),
                pairs.down.image().bias(),
                pairs.down.text().bias(),
                modulation));
    g.output("h_out", out.get(0), "img", width);
    g.output("e_out", out.get(1), "txt", width);
  }

  /// The layers of both streams at one place.
  private record Pair(Linear image, Linear text) {
    boolean isFloat8() {
      return image.float8().isPresent() && text.float8().isPresent();
    }
  }

  private final class Pairs {
    final Pair heads =
        new Pair(
            stacked("to_qkv", "to_q", "to_k", "to_v"),
            stacked("add_qkv_proj", "add_q_proj", "add_k_proj", "add_v_proj"));
    final Pair out =
        new Pair(linear("attn.to_out.0", width, width), linear("attn.to_add_out", width, width));
    final Pair up =
        new Pair(
            linear("img_mlp.net.0.proj", width, 4 * width),
            linear("txt_mlp.net.0.proj", width, 4 * width));
    final Pair down =
        new Pair(
            linear("img_mlp.net.2", 4 * width, width), linear("txt_mlp.net.2", 4 * width, width));
  }

  private BlockProducts products(String h, String e, Pairs pairs) {
    var wide = new BlockProducts.Wide(new LayerProducts(g, whose != ProductKernels.LIBRARY), h, e);
    boolean small =
        whose == ProductKernels.OWN_FLOAT8
            && Stream.of(pairs.heads, pairs.up, pairs.down).allMatch(Pair::isFloat8);
    return small ? new BlockProducts.Float8(wide) : wide;
  }

  private String attention(BlockProducts products, Pair layers, List<String> normed) {
    Streams joined = products.of(layers.image(), layers.text(), normed);
    var heads =
        g.own(
            FusedOperator.HEAD_NORM_ROPE,
            List.of(
                joined.image(),
                joined.text(),
                layers.image().bias(),
                layers.text().bias(),
                norm("attn.norm_q"),
                norm("attn.norm_k"),
                norm("attn.norm_added_q"),
                norm("attn.norm_added_k"),
                "cos",
                "sin"));
    String joint =
        g.microsoft("MultiHeadAttention", heads, Map.of("num_heads", config.numAttentionHeads()));
    return g.reshape(joint, -1, width);
  }

  private Linear stacked(String name, String... names) {
    var modules = Stream.of(names).map(module -> "attn." + module).toList();
    return layers.stacked("attn." + name, modules, width, width);
  }

  private Linear linear(String layer, long in, long out) {
    return layers.linear(layer, in, out);
  }

  private String norm(String layer) {
    return layers.weight(layer + ".weight", config.attentionHeadDim());
  }
}
