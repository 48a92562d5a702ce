package io.inkstream.engine.transformer;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// All blocks' modulations in one run on the host.
///
/// @param graph `modulations`
/// @param width D
public record HostModulations(Subgraph graph, int blocks, int width) implements ModulationMaker {
  @Override
  public Modulations make(float[] timesteps, AdapterInputs adapters, CancellationSignal signal) {
    int steps = timesteps.length;
    List<Tensor> made = new ArrayList<>();
    Map<String, Tensor> outputs = new HashMap<>();
    for (int block = 0; block < blocks; block++) {
      made.add(Tensor.zeros(steps, 12L * width));
      outputs.put("modulation." + block, made.getLast());
    }
    Modulations modulations = Modulations.owned(made, Tensor.zeros(steps, 2L * width));
    outputs.put("modulation_out", modulations.out());
    try (var time = Tensor.of(timesteps, steps)) {
      graph.run(AdapterInputs.joined(Map.of("timestep", time), adapters.time()), outputs, signal);
      return modulations;
    } catch (RuntimeException e) {
      modulations.close();
      throw e;
    }
  }

  @Override
  public void close() {
    graph.close();
  }
}
