package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The rows of given pictures, where these are modulated as of time 0 (`zero_cond_t`).
///
/// @param given 1 in their rows, 0 in those of the drawn picture: `[img, 1]`, on each stage
/// @param zeroTime index of time 0 among the run's times
record GivenRows(Stages stages, List<Tensor> given, int zeroTime) implements AutoCloseable {
  static GivenRows of(RunContext context, Stages stages) {
    float[] rows = new float[context.imageRows()];
    Arrays.fill(rows, context.drawnRows(), rows.length, 1);
    var everywhere = stages.everywhere(Tensor.of(rows, rows.length, 1));
    return new GivenRows(stages, everywhere, context.zeroTime().orElseThrow());
  }

  /// What a block reads, with what it needs for these rows.
  ///
  /// @param modulations of the block, `[times, 12 D]`
  Map<String, Tensor> joined(int block, Map<String, Tensor> inputs, Tensor modulations) {
    Map<String, Tensor> all = new HashMap<>(inputs);
    all.put("given", given.get(stages.of(block)));
    all.put("modulation_given", modulations.row(zeroTime));
    return all;
  }

  @Override
  public void close() {
    given.forEach(Tensor::close);
  }
}
