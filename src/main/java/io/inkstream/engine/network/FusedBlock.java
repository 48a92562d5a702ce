package io.inkstream.engine.network;

import io.inkstream.engine.graph.Layers;
import io.inkstream.engine.graph.Layers.Linear;
import io.inkstream.engine.kernel.FusedOperator;
import io.inkstream.engine.weights.TransformerConfig;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A transformer block as products, attention and [FusedOperator]s: queries, keys and values come
/// of one product, and biases are added by whatever reads a product.
final class FusedBlock extends DoubleStreamBlock<String> {
  private final ProductKernels whose;
  private final Pairs pairs;

  FusedBlock(Layers layers, TransformerConfig config, ProductKernels products) {
    super(layers, config);
    this.whose = products;
    this.pairs = new Pairs();
  }

  /// The modulation, as it is.
  @Override
  String time() {
    return g.input("modulation", 12 * width);
  }

  @Override
  Attended heads(Streams rows, String modulation) {
    BlockProducts products = products(rows);
    var normed = g.own(products.norm(), List.of(rows.image(), rows.text(), modulation));
    Streams joined = products.of(pairs.heads.image(), pairs.heads.text(), normed);
    return Attended.of(
        g.own(
            FusedOperator.HEAD_NORM_ROPE,
            List.of(
                joined.image(),
                joined.text(),
                pairs.heads.image().bias(),
                pairs.heads.text().bias(),
                norm("attn.norm_q"),
                norm("attn.norm_k"),
                norm("attn.norm_added_q"),
                norm("attn.norm_added_k"),
                "cos",
                "sin")));
  }

  @Override
  String attended(Attended rows) {
    String joint =
        g.microsoft(
            "MultiHeadAttention", rows.all(), Map.of("num_heads", config.numAttentionHeads()));
    return g.reshape(joint, -1, width);
  }

  @Override
  void after(Streams rows, String modulation, String attended) {
    BlockProducts products = products(rows);
    Streams seen = products.ofJoint(pairs.out.image(), pairs.out.text(), attended);
    var middle =
        g.own(
            products.gatedNorm(),
            List.of(
                rows.image(),
                rows.text(),
                seen.image(),
                seen.text(),
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
      return image.isFloat8() && text.isFloat8();
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

  private BlockProducts products(Streams rows) {
    var wide =
        new BlockProducts.Wide(
            new LayerProducts(g, whose != ProductKernels.LIBRARY), rows.image(), rows.text());
    boolean small =
        whose == ProductKernels.OWN_FLOAT8
            && Stream.of(pairs.heads, pairs.up, pairs.down).allMatch(Pair::isFloat8);
    return small ? new BlockProducts.Float8(wide) : wide;
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
