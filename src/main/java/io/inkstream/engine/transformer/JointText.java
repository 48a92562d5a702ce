package io.inkstream.engine.transformer;

import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Tensor;
import java.util.List;
import java.util.Map;

/// Text as a stream of its own, which goes through every block beside the picture's and changes
/// with it from step to step: Qwen-Image.
///
/// @param textIn described at `graph.DoubleStreamGraphs`
/// @param width D
/// @param stages where the streams lie
public record JointText(Subgraph textIn, QwenEmbedRope rope, int width, Stages stages)
    implements Conditioning {
  @Override
  public List<LaneBranch> branches(
      List<Tensor> embeds, List<GivenPicture> pictures, RunContext context) {
    if (!pictures.isEmpty()) {
      throw new IllegalArgumentException("pictures stand beside the drawn one, not among the text");
    }
    return LaneBranches.each(embeds, one -> branch(one, context));
  }

  private LaneBranch branch(Tensor embeds, RunContext context) {
    int tokens = Math.toIntExact(embeds.shape().dim(0));
    Span own = context.slice().text(tokens);
    Tensor text = stages.space(0).zeros(own.rows(), width);
    try {
      if (own.rows() > 0) {
        enter(embeds.rows(own.from(), own.rows()), text, context);
      }
      var image = context.slice().image().after(tokens);
      var tables = rope.tables(tokens, context.shape().grids()).of(own, image);
      return new TextBranch(text, StagedTables.of(stages, tables));
    } catch (RuntimeException e) {
      text.close();
      throw e;
    }
  }

  private void enter(Tensor embeds, Tensor text, RunContext context) {
    var inputs =
        AdapterInputs.joined(Map.of("encoder_hidden_states", embeds), context.adapters().textIn());
    textIn.run(inputs, Map.of("e", text), context.signal());
  }

  @Override
  public int rows(int tokens) {
    return tokens;
  }

  @Override
  public boolean isOfTimeZero() {
    return false;
  }

  @Override
  public void close() {
    textIn.close();
  }
}
