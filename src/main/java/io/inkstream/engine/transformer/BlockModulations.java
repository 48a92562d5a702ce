package io.inkstream.engine.transformer;

import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Modulations made block by block, so that the weights of one block at a time are needed.
///
/// @param timeEmbedding `time_embedding`, of the host
/// @param blocks `modulation` of each block
/// @param stages where the blocks run
/// @param width D
public record BlockModulations(
    Subgraph timeEmbedding, List<Subgraph> blocks, Stages stages, int width)
    implements ModulationMaker {
  public BlockModulations {
    blocks = List.copyOf(blocks);
  }

  @Override
  public Modulations make(float[] timesteps, AdapterInputs adapters, CancellationSignal signal) {
    int steps = timesteps.length;
    List<Tensor> made = new ArrayList<>();
    try (var time = Tensor.of(timesteps, steps);
        var act = Tensor.zeros(steps, width)) {
      Tensor out = Tensor.zeros(steps, 2L * width);
      try {
        timeEmbedding.run(
            AdapterInputs.joined(Map.of("timestep", time), adapters.time()),
            Map.of("act", act, "modulation_out", out),
            signal);
      } catch (RuntimeException e) {
        out.close();
        throw e;
      }
      Modulations modulations = Modulations.owned(made, stages.space(stages.last()).take(out));
      try {
        for (int block = 0; block < blocks.size(); block++) {
          made.add(stages.spaceOf(block).zeros(steps, 12L * width));
          var inputs = AdapterInputs.joined(Map.of("act", act), adapters.modulation(block));
          blocks.get(block).run(inputs, Map.of("modulation", made.getLast()), signal);
        }
        return modulations;
      } catch (RuntimeException e) {
        modulations.close();
        throw e;
      }
    }
  }

  @Override
  public void close() {
    timeEmbedding.close();
    blocks.forEach(Subgraph::close);
  }
}
