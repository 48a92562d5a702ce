package io.inkstream.engine.transformer;

import io.inkstream.engine.runtime.DeviceLodger;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.tensor.TensorSpace;
import io.inkstream.engine.transformer.PrefixMemory.Key;
import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import java.util.List;
import java.util.Map;

/// Text that the picture's tokens see and that sees no picture: Qwen-Image-2.1. It runs through the
/// blocks once, as of time 0; its keys and values are kept for all steps, and remembered for
/// requests with the same text.
public final class CausalPrefix implements Conditioning {
  private final Subgraph textIn;
  private final List<Subgraph> blocks;
  private final PrefixRope rope;
  private final int width;
  private final TensorSpace space;
  private final PrefixMemory memory = new PrefixMemory(PrefixMemory.BUDGET);

  /// @param textIn described at `graph.SingleStreamGraphs`
  /// @param blocks `prefix_block_K`
  /// @param width D
  /// @param space where the blocks run
  public CausalPrefix(
      Subgraph textIn, List<Subgraph> blocks, PrefixRope rope, int width, TensorSpace space) {
    this.space = space;
    this.textIn = textIn;
    this.blocks = List.copyOf(blocks);
    this.rope = rope;
    this.width = width;
  }

  /// The pictures of a batch stand where its longest text ends, as diffusers pads the others.
  @Override
  public List<Branch> branches(List<Tensor> embeds, RunContext context) {
    int longest = embeds.stream().mapToInt(CausalPrefix::tokens).max().orElse(0);
    var grid = context.shape().grids().getFirst();
    return Branches.each(embeds, one -> branch(one, longest, grid, context));
  }

  private Branch branch(Tensor embeds, int before, Grid grid, RunContext context) {
    Prefix prefix = prefix(embeds, context);
    try {
      return new PrefixBranch(prefix, rope.picture(before, grid).in(space));
    } catch (RuntimeException e) {
      prefix.close();
      throw e;
    }
  }

  /// A share in it.
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
    int tokens = tokens(embeds);
    Prefix prefix = Prefix.empty(space, blocks.size(), tokens, width);
    try {
      compute(embeds, tokens, prefix, context);
      return prefix;
    } catch (RuntimeException e) {
      prefix.close();
      throw e;
    }
  }

  private void compute(Tensor embeds, int tokens, Prefix prefix, RunContext context) {
    try (var tables = rope.text(tokens).in(space);
        var text = new Stream(space, new Shape(tokens, width))) {
      text.begin(null);
      var inputs =
          AdapterInputs.joined(
              Map.of("encoder_hidden_states", embeds), context.adapters().textIn());
      textIn.run(inputs, Map.of("h", text.next()), context.signal());
      text.advance();
      for (int block = 0; block < blocks.size(); block++) {
        run(block, text, tables, prefix, context);
      }
    }
  }

  private void run(int block, Stream text, RotaryTables tables, Prefix prefix, RunContext context) {
    int timeZero = context.zeroTime().orElseThrow();
    Map<String, Tensor> own =
        Map.of(
            "h", text.current(),
            "cos", tables.cos(),
            "sin", tables.sin(),
            "modulation", context.modulations().blocks().get(block).row(timeZero));
    Map<String, Tensor> outputs =
        Map.of(
            "h_out", text.next(),
            "key", prefix.key(block),
            "value", prefix.value(block));
    var inputs = AdapterInputs.joined(own, context.adapters().block(block));
    blocks.get(block).run(inputs, outputs, context.signal());
    text.advance();
  }

  private static int tokens(Tensor embeds) {
    return Math.toIntExact(embeds.shape().dim(0));
  }

  /// What it remembers on a device, and forgets where a picture needs the room.
  public DeviceLodger remembered() {
    return memory;
  }

  @Override
  public boolean isOfTimeZero() {
    return true;
  }

  @Override
  public void close() {
    memory.close();
    textIn.close();
    blocks.forEach(Subgraph::close);
  }
}
