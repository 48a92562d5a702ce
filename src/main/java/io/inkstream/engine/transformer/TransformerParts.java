package io.inkstream.engine.transformer;

import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.TensorSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The subgraphs of the transformer, described at `graph.DoubleStreamGraphs` and
/// `graph.SingleStreamGraphs`.
///
/// @param conditioning what it makes of texts
/// @param adapters what adapters give to them
/// @param onDevice what it has beside them if it runs on one
public record TransformerParts(
    ModulationMaker modulations,
    Subgraph imageIn,
    Conditioning conditioning,
    List<Subgraph> blocks,
    Subgraph imageOut,
    AdapterSource adapters,
    Optional<DeviceParts> onDevice)
    implements AutoCloseable {
  public TransformerParts {
    blocks = List.copyOf(blocks);
  }

  /// Where the streams lie between the subgraphs.
  TensorSpace space() {
    return onDevice.<TensorSpace>map(DeviceParts::memory).orElse(TensorSpace.HOST);
  }

  @Override
  public void close() {
    List<Subgraph> all = new ArrayList<>(blocks);
    all.addAll(List.of(imageIn, imageOut));
    all.forEach(Subgraph::close);
    modulations.close();
    conditioning.close();
    adapters.close();
    onDevice.ifPresent(DeviceParts::close);
  }
}
