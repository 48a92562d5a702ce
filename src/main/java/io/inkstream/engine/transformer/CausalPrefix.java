package io.inkstream.engine.transformer;

import io.inkstream.engine.runtime.DeviceLodger;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.transformer.PrefixMemory.Key;
import java.util.List;

/// Text, and pictures among it, that the drawn picture's tokens see and that do not see it:
/// Qwen-Image-2.1. They run through the blocks once, as of time 0; their keys and values are kept
/// for all steps, and remembered for requests with the same text and pictures.
public final class CausalPrefix implements Conditioning {
  private final Subgraph textIn;
  private final Subgraph imageIn;
  private final PrefixBlocks blocks;
  private final PrefixRope rope;
  private final int width;
  private final Stages stages;
  private final PrefixMemory memory = new PrefixMemory(PrefixMemory.BUDGET);

  /// @param textIn described at `graph.SingleStreamGraphs`
  /// @param imageIn likewise; the drawn picture's, and closed by whoever has it
  /// @param width D
  /// @param stages where the blocks run
  public CausalPrefix(
      Subgraph textIn,
      Subgraph imageIn,
      PrefixBlocks blocks,
      PrefixRope rope,
      int width,
      Stages stages) {
    this.textIn = textIn;
    this.imageIn = imageIn;
    this.blocks = blocks;
    this.rope = rope;
    this.width = width;
    this.stages = stages;
  }

  /// The pictures of a batch stand where its longest text ends, as diffusers pads the others.
  @Override
  public List<LaneBranch> branches(
      List<Tensor> embeds, List<GivenPicture> pictures, RunContext context) {
    int longest = embeds.stream().mapToInt(CausalPrefix::tokens).max().orElse(0);
    int positions = longest + pictures.stream().mapToInt(GivenPicture::morePositions).sum();
    return LaneBranches.each(embeds, one -> branch(one, pictures, positions, context));
  }

  private LaneBranch branch(
      Tensor embeds, List<GivenPicture> pictures, int before, RunContext context) {
    Prefix prefix = prefix(embeds, pictures, context);
    try {
      var drawn = context.shape().grids().getFirst();
      var tables = rope.picture(before, drawn).of(context.slice().image());
      return new PrefixBranch(prefix, StagedTables.of(stages, tables));
    } catch (RuntimeException e) {
      prefix.close();
      throw e;
    }
  }

  /// A share in it.
  private Prefix prefix(Tensor embeds, List<GivenPicture> pictures, RunContext context) {
    Key key = Key.of(embeds, pictures, context.adapters().adapters());
    Prefix remembered = memory.recall(key);
    if (remembered != null) {
      return remembered;
    }
    try (var parts = new PrefixParts(this, embeds, pictures, context)) {
      Prefix computed = parts.run();
      memory.remember(key, computed);
      return computed;
    }
  }

  private static int tokens(Tensor embeds) {
    return Math.toIntExact(embeds.shape().dim(0));
  }

  Subgraph textIn() {
    return textIn;
  }

  Subgraph imageIn() {
    return imageIn;
  }

  PrefixBlocks blocks() {
    return blocks;
  }

  PrefixRope rope() {
    return rope;
  }

  int width() {
    return width;
  }

  Stages stages() {
    return stages;
  }

  /// What it remembers on a device, and forgets where a picture needs the room.
  public DeviceLodger remembered() {
    return memory;
  }

  @Override
  public int rows(int tokens) {
    return 0;
  }

  @Override
  public boolean isOfTimeZero() {
    return true;
  }

  @Override
  public void close() {
    memory.close();
    textIn.close();
    blocks.close();
  }
}
