package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;
import java.util.List;

/// What a transformer makes of texts before the first step.
public sealed interface Conditioning extends AutoCloseable permits JointText, CausalPrefix {
  /// A branch for each text of a batch. The caller closes them.
  ///
  /// @param embeds of each text, `[tokens, joint]`
  /// @param pictures among the tokens of each text; none where texts have none
  List<LaneBranch> branches(List<Tensor> embeds, List<GivenPicture> pictures, RunContext context);

  /// How many rows a text of so many tokens has among those that go through the blocks in each
  /// step.
  int rows(int tokens);

  /// Whether texts are modulated as of time 0, whatever the step.
  boolean isOfTimeZero();

  @Override
  void close();
}
