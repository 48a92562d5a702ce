package io.inkstream.engine.transformer;

import io.inkstream.engine.device.DeviceMemory;
import io.inkstream.engine.runtime.Subgraph;
import java.util.ArrayList;
import java.util.List;

/// What a transformer on devices has beside its networks: the memory where its streams stay, and,
/// on the first, the arithmetic of caches, described at `graph.ResidualGraphs`.
///
/// @param memories of each stage's device
/// @param taylor by the number of derivatives, from 1
public record DeviceParts(
    List<DeviceMemory> memories,
    Subgraph difference,
    Subgraph add,
    Subgraph sumAbs,
    Subgraph sumAbsChange,
    Subgraph derive,
    List<Subgraph> taylor)
    implements AutoCloseable {
  public DeviceParts {
    memories = List.copyOf(memories);
    taylor = List.copyOf(taylor);
  }

  /// Where a cache remembers.
  DeviceMemory memory() {
    return memories.getFirst();
  }

  /// Where velocities come out.
  DeviceMemory lastMemory() {
    return memories.getLast();
  }

  /// A picture has been drawn.
  void settle() {
    memories.forEach(DeviceMemory::settle);
  }

  @Override
  public void close() {
    List<Subgraph> all = new ArrayList<>(taylor);
    all.addAll(List.of(difference, add, sumAbs, sumAbsChange, derive));
    all.forEach(Subgraph::close);
  }
}
