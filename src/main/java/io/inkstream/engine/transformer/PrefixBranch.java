package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;
import java.util.Map;
import java.util.Optional;

/// A prompt that the picture's tokens see, and that never changes.
///
/// @param prefix may be of many branches
/// @param rope of the picture's tokens
record PrefixBranch(Prefix prefix, RotaryTables rope) implements Branch {
  @Override
  public Optional<Tensor> text() {
    return Optional.empty();
  }

  @Override
  public Map<String, Tensor> inputs(int block) {
    return Map.of(
        "cos", rope.cos(),
        "sin", rope.sin(),
        "key", prefix.keys().get(block),
        "value", prefix.values().get(block));
  }

  @Override
  public void close() {
    rope.close();
  }
}
