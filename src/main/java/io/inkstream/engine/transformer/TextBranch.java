package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;
import java.util.Map;
import java.util.Optional;

/// A prompt whose stream goes through the blocks.
///
/// @param stream before the first block, `[text, D]`
record TextBranch(Tensor stream, StagedTables rope) implements LaneBranch {
  @Override
  public Optional<Tensor> text() {
    return Optional.of(stream);
  }

  @Override
  public Map<String, Tensor> inputs(int block) {
    var tables = rope.of(block);
    return Map.of("cos", tables.cos(), "sin", tables.sin());
  }

  @Override
  public void close() {
    stream.close();
    rope.close();
  }
}
