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
    Slice slice = context.slice();
    Tensor text = stages.space(0).zeros(slice.of(tokens), width);
    try {
      if (slice.of(tokens) > 0) {
        enter(embeds.rows(slice.from(tokens), slice.of(tokens)), text, context);
      }
      RunShape shape = context.shape();
      var tables =
          rope.tables(tokens, shape.grids())
              .of(slice, tokens, shape.drawnTokens(), shape.givenTokens());
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
  public boolean isOfTimeZero() {
    return false;
  }

  @Override
  public void close() {
    textIn.close();
  }
}
