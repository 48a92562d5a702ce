package io.inkstream.engine.transformer;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.tensor.TensorSpace;
import java.util.Collections;
import java.util.Map;

/// Modulations that are the same for every block, made in one run on the host, wherever the blocks
/// run.
///
/// @param graph `modulations` of `graph.SingleStreamGraphs`
/// @param width D
/// @param space where the blocks run
public record SharedModulations(Subgraph graph, int blocks, int width, TensorSpace space)
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
    return forBlocks(space.take(shared), space.take(out));
  }

  private Modulations forBlocks(Tensor shared, Tensor out) {
    return new Modulations(
        Collections.nCopies(blocks, shared),
        out,
        () -> {
          shared.close();
          out.close();
        });
  }

  @Override
  public void close() {
    graph.close();
  }
}
