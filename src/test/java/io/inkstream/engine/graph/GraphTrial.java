package io.inkstream.engine.graph;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.runtime.SessionGraph;
import io.inkstream.engine.runtime.SessionSettings;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import java.util.Map;

/// Runs graphs of one input `x` and one output `y` on the processor.
record GraphTrial(Precision precision) {
  /// @param x `[rows, x.length / rows]`
  /// @param columns of the output, which has as many rows
  float[] run(OnnxModel model, int rows, float[] x, int columns) {
    var session = SessionSettings.of(precision);
    try (var graph =
            OnnxRuntime.start(RuntimeSettings.defaults())
                .load(
                    SessionGraph.of(model.name(), model.bytes(), model.weightsFolder()), session);
        var in = Tensor.of(x, rows, x.length / rows);
        var out = Tensor.zeros(rows, columns)) {
      graph.run(Map.of("x", in), Map.of("y", out), new CancellationSignal());
      return out.toArray();
    }
  }
}
