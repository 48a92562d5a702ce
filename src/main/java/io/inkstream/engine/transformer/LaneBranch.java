package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;
import java.util.Map;
import java.util.Optional;

/// What the forwards of one branch (cond or uncond) of one prompt share over all steps, on one
/// lane.
public sealed interface LaneBranch extends AutoCloseable permits TextBranch, PrefixBranch {
  /// The text stream before the first block, `[text, D]`, if text goes through the blocks.
  Optional<Tensor> text();

  /// What a block reads beside streams and modulations.
  Map<String, Tensor> inputs(int block);

  @Override
  void close();
}
