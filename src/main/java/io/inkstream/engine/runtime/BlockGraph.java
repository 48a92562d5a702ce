package io.inkstream.engine.runtime;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Blocks of one form: a graph whose weights are inputs, and the weights of each block.
///
/// @param name of the graph, for messages
/// @param model the ONNX `ModelProto`
/// @param weights of each block by the inputs' names, all of one form
public record BlockGraph(String name, byte[] model, List<Map<String, WeightSource>> weights) {
  public BlockGraph {
    weights = List.copyOf(weights);
  }

  /// The weights of each block that any of several graphs reads.
  ///
  /// @param forms of the same blocks
  static List<Map<String, WeightSource>> together(List<BlockGraph> forms) {
    return IntStream.range(0, forms.getFirst().weights().size())
        .mapToObj(block -> {
          Map<String, WeightSource> all = new LinkedHashMap<>();
          forms.forEach(form -> all.putAll(form.weights().get(block)));
          return all;
        })
        .toList();
  }

  SessionGraph graph() {
    return SessionGraph.of(name, model);
  }

  /// Bytes of the weights of one block.
  public long blockBytes() {
    return weights.getFirst().values().stream().mapToLong(WeightSource::bytes).sum();
  }
}
