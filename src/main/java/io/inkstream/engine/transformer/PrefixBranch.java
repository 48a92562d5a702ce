package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;
import java.util.Map;
import java.util.Optional;

/// A prompt that the picture's tokens see, and that never changes.
///
/// @param prefix a share in it
/// @param rope of the picture's tokens
record PrefixBranch(Prefix prefix, StagedTables rope) implements LaneBranch {
  @Override
  public Optional<Tensor> text() {
    return Optional.empty();
  }

  @Override
  public Map<String, Tensor> inputs(int block) {
    var tables = rope.of(block);
    return Map.of(
        "cos", tables.cos(),
        "sin", tables.sin(),
        "key", prefix.key(block),
        "value", prefix.value(block));
  }

  @Override
  public void close() {
    prefix.close();
    rope.close();
  }
}
