package io.inkstream.engine.transformer;

import io.inkstream.engine.runtime.Subgraph;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// A transformer's blocks as a lane runs them.
public sealed interface Blocks extends AutoCloseable {
  /// How many they are.
  int count();

  @Override
  void close();

  /// Whole: one lane has all rows of a branch.
  record Whole(List<Subgraph> all) implements Blocks {
    public Whole {
      all = List.copyOf(all);
    }

    @Override
    public int count() {
      return all.size();
    }

    @Override
    public void close() {
      all.forEach(Subgraph::close);
    }
  }

  /// Cut at their attention, described at `graph.BlockPart`: several lanes share the rows.
  ///
  /// @param before of each block
  /// @param attention described at `graph.AttentionGraph`, of a lane's heads
  /// @param behind of each block
  record Cut(Part before, Subgraph attention, Part behind) implements Blocks {
    @Override
    public int count() {
      return before.blocks().size();
    }

    @Override
    public void close() {
      Stream.of(before.blocks(), List.of(attention), behind.blocks())
          .flatMap(List::stream)
          .forEach(Subgraph::close);
    }
  }

  /// A part of each block.
  ///
  /// @param inputs names of what it takes
  record Part(List<Subgraph> blocks, Set<String> inputs) {
    public Part {
      blocks = List.copyOf(blocks);
      inputs = Set.copyOf(inputs);
    }
  }
}
