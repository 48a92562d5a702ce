package io.inkstream.engine.transformer;

import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.transformer.PrefixMemory.Key;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Text that the picture's tokens see and that sees no picture: Qwen-Image-2.1. It runs through the
/// blocks once, as of time 0; its keys and values are kept for all steps, and remembered for
/// requests with the same text.
public final class CausalPrefix implements Conditioning {
  private final Subgraph graph;
  private final PrefixRope rope;
  private final int width;
  private final int blocks;
  private final PrefixMemory memory = new PrefixMemory(PrefixMemory.BUDGET);

  /// @param graph `prefix`, described at `graph.SingleStreamGraphs`
  /// @param width D
  /// @param blocks of the transformer
  public CausalPrefix(Subgraph graph, PrefixRope rope, int width, int blocks) {
    this.graph = graph;
    this.rope = rope;
    this.width = width;
    this.blocks = blocks;
  }

  /// The pictures of a batch stand where its longest text ends, as diffusers pads the others.
  @Override
  public List<Branch> branches(List<Tensor> embeds, RunContext context) {
    int longest = embeds.stream().mapToInt(CausalPrefix::tokens).max().orElse(0);
    var grid = context.shape().grids().getFirst();
    return Branches.each(
        embeds, one -> new PrefixBranch(prefix(one, context), rope.picture(longest, grid)));
  }

  private Prefix prefix(Tensor embeds, RunContext context) {
    Key key = Key.of(embeds, context.adapters().adapters());
    Prefix remembered = memory.recall(key);
    if (remembered != null) {
      return remembered;
    }
    Prefix computed = compute(embeds, context);
    memory.remember(key, computed);
    return computed;
  }

  private Prefix compute(Tensor embeds, RunContext context) {
    Prefix prefix = Prefix.empty(blocks, tokens(embeds), width);
    Tensor modulation =
        context.modulations().blocks().getFirst().row(context.zeroTime().orElseThrow());
    try (var tables = rope.text(tokens(embeds))) {
      Map<String, Tensor> own =
          Map.of(
              "encoder_hidden_states",
              embeds,
              "cos",
              tables.cos(),
              "sin",
              tables.sin(),
              "modulation",
              modulation);
      var inputs = AdapterInputs.joined(own, context.adapters().textIn());
      graph.run(inputs, outputs(prefix), context.signal());
    }
    return prefix;
  }

  private static Map<String, Tensor> outputs(Prefix prefix) {
    Map<String, Tensor> outputs = new HashMap<>();
    for (int block = 0; block < prefix.keys().size(); block++) {
      outputs.put("key." + block, prefix.keys().get(block));
      outputs.put("value." + block, prefix.values().get(block));
    }
    return outputs;
  }

  private static int tokens(Tensor embeds) {
    return Math.toIntExact(embeds.shape().dim(0));
  }

  @Override
  public boolean isOfTimeZero() {
    return true;
  }

  @Override
  public void close() {
    graph.close();
  }
}
