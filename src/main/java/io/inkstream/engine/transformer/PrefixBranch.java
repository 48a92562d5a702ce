package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;
import java.util.Map;
import java.util.Optional;

/// A prompt that the picture's tokens see, and that never changes.
///
/// @param prefix a share in it
/// @param rope of the picture's tokens
record PrefixBranch(Prefix prefix, RotaryTables rope) implements LaneBranch {
  @Override
  public Optional<Tensor> text() {
    return Optional.empty();
  }

  @Override
  public Map<String, Tensor> inputs(int block) {
    return Map.of(
        "cos", rope.cos(),
        "sin", rope.sin(),
        "key", prefix.key(block),
        "value", prefix.value(block));
  }

  @Override
  public void close() {
    prefix.close();
    rope.close();
  }
}
