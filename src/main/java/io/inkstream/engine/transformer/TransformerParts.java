package io.inkstream.engine.transformer;

import io.inkstream.engine.runtime.Subgraph;
import java.util.Optional;

/// The subgraphs of the transformer, described at `graph.DoubleStreamGraphs` and
/// `graph.SingleStreamGraphs`.
///
/// @param conditioning what it makes of texts
/// @param adapters what adapters give to them
/// @param stages where the blocks lie, and the streams between them: what comes in on the first,
///   what goes out on the last
/// @param onDevice what it has beside them if it runs on one, or on several
public record TransformerParts(
    ModulationMaker modulations,
    Subgraph imageIn,
    Conditioning conditioning,
    Blocks blocks,
    Subgraph imageOut,
    AdapterSource adapters,
    Stages stages,
    Optional<DeviceParts> onDevice)
    implements AutoCloseable {
  @Override
  public void close() {
    blocks.close();
    imageIn.close();
    imageOut.close();
    modulations.close();
    conditioning.close();
    adapters.close();
    onDevice.ifPresent(DeviceParts::close);
  }
}
