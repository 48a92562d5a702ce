package io.inkstream.engine.transformer;

import io.inkstream.engine.device.DeviceMemory;
import io.inkstream.engine.runtime.Subgraph;
import java.util.ArrayList;
import java.util.List;

/// What a transformer on a device has beside its networks: the memory where its streams stay, and
/// the arithmetic of caches, described at `graph.ResidualGraphs`.
///
/// @param taylor by the number of derivatives, from 1
public record DeviceParts(
    DeviceMemory memory,
    Subgraph difference,
    Subgraph add,
    Subgraph sumAbs,
    Subgraph sumAbsChange,
    Subgraph derive,
    List<Subgraph> taylor)
    implements AutoCloseable {
  public DeviceParts {
    taylor = List.copyOf(taylor);
  }

  @Override
  public void close() {
    List<Subgraph> all = new ArrayList<>(taylor);
    all.addAll(List.of(difference, add, sumAbs, sumAbsChange, derive));
    all.forEach(Subgraph::close);
  }
}
