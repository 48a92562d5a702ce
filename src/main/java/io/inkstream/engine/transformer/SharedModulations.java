package io.inkstream.engine.transformer;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Modulations that are the same for every block, made in one run on the host, wherever the blocks
/// run.
///
/// @param graph `modulations` of `graph.SingleStreamGraphs`
/// @param width D
/// @param stages where the blocks run
public record SharedModulations(Subgraph graph, int width, Stages stages)
    implements ModulationMaker {
  private static final long PARTS = 4;

  @Override
  public Modulations make(float[] timesteps, AdapterInputs adapters, CancellationSignal signal) {
    int steps = timesteps.length;
    Tensor shared = Tensor.zeros(steps, PARTS * width);
    Tensor out = Tensor.zeros(steps, width);
    try (var time = Tensor.of(timesteps, steps)) {
      graph.run(
          AdapterInputs.joined(Map.of("timestep", time), adapters.time()),
          Map.of("modulation", shared, "modulation_out", out),
          signal);
    } catch (RuntimeException e) {
      shared.close();
      out.close();
      throw e;
    }
    List<Tensor> everywhere = List.of();
    try {
      everywhere = stages.everywhere(shared);
      return forBlocks(everywhere, stages.space(stages.last()).take(out));
    } catch (RuntimeException e) {
      everywhere.forEach(Tensor::close);
      shared.close();
      out.close();
      throw e;
    }
  }

  /// @param shared by the blocks of each stage
  private Modulations forBlocks(List<Tensor> shared, Tensor out) {
    return new Modulations(
        IntStream.range(0, stages.blocks())
            .mapToObj(block -> shared.get(stages.of(block)))
            .toList(),
        out,
        () -> {
          shared.forEach(Tensor::close);
          out.close();
        });
  }

  @Override
  public void close() {
    graph.close();
  }
}
