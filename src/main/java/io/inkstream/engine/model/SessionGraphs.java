package io.inkstream.engine.model;

import io.inkstream.engine.graph.BoundBlock;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.graph.Operators;
import io.inkstream.engine.runtime.BlockGraph;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.SessionGraph;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.engine.weights.WeightReader;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Graphs as sessions take them, with the weights that no graph reads as they are stored.
///
/// @param reader of those
/// @param operators of which they are written
public record SessionGraphs(WeightReader reader, Operators operators) {
  public SessionGraphs(WeightReader reader) {
    this(reader, Operators.ALL);
  }

  /// For a runtime, with a reader of their own.
  static SessionGraphs of(OnnxRuntime runtime) {
    return new SessionGraphs(new WeightReader(), operators(runtime));
  }

  private static Operators operators(OnnxRuntime runtime) {
    if (!runtime.knowsNewOperators()) {
      return Operators.STANDARD;
    }
    return runtime.onDevice().isPresent() ? Operators.ALL : Operators.PROCESSOR;
  }

  /// A graph whose weights lie in files, or are given to its session.
  public SessionGraph of(OnnxModel graph) {
    return new SessionGraph(
        graph.name(),
        graph.bytes(operators),
        Optional.of(graph.weightsFolder()),
        WidenedWeight.all(reader, graph.given()));
  }

  /// Blocks whose weights are all made before they run.
  BlockGraph widened(IntFunction<BoundBlock> blocks, int count) {
    OnnxModel graph = blocks.apply(0).model();
    var weights =
        IntStream.range(0, count)
            .mapToObj(block -> WidenedWeight.all(reader, blocks.apply(block).weights()))
            .toList();
    return new BlockGraph(graph.name(), graph.bytes(operators), weights);
  }

  /// Blocks whose weights come from their files as they are, where a graph takes them so.
  ///
  /// @throws SnapshotException if a block's are stored otherwise than the first one's
  BlockGraph asStored(IntFunction<BoundBlock> blocks, int count) {
    List<BoundBlock> all = IntStream.range(0, count).mapToObj(blocks).toList();
    IntStream.range(0, count).forEach(block -> requireLike(all.getFirst(), block, all.get(block)));
    OnnxModel graph = all.getFirst().model();
    var weights =
        all.stream().map(block -> WidenedWeight.whereNeeded(reader, block.weights())).toList();
    return new BlockGraph(graph.name(), graph.bytes(operators), weights);
  }

  private static void requireLike(BoundBlock first, int block, BoundBlock other) {
    other
        .weights()
        .forEach((name, weight) -> {
          DType expected = Objects.requireNonNull(first.weights().get(name)).type();
          if (weight.type() != expected) {
            throw new SnapshotException(
                weight.entries().getFirst().file(),
                "%s_%02d has %s as %s, must be %s as in %1$s_00"
                    .formatted(first.model().name(), block, name, weight.type(), expected));
          }
        });
  }
}
