package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/// The [RotaryTables] of some rows on each stage.
record StagedTables(Stages stages, List<RotaryTables> all) implements AutoCloseable {
  /// @param host tables of the host, which belong to the stages from now on
  static StagedTables of(Stages stages, RotaryTables host) {
    List<Tensor> cosines = List.of();
    try {
      cosines = stages.everywhere(host.cos());
      return new StagedTables(stages, joined(cosines, stages.everywhere(host.sin())));
    } catch (RuntimeException e) {
      cosines.forEach(Tensor::close);
      host.close();
      throw e;
    }
  }

  private static List<RotaryTables> joined(List<Tensor> cosines, List<Tensor> sines) {
    return IntStream.range(0, cosines.size())
        .mapToObj(stage -> new RotaryTables(cosines.get(stage), sines.get(stage)))
        .toList();
  }

  /// Those that a block reads.
  RotaryTables of(int block) {
    return all.get(stages.of(block));
  }

  @Override
  public void close() {
    all.forEach(RotaryTables::close);
  }
}
