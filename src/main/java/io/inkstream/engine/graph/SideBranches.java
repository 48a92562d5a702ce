package io.inkstream.engine.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Low-rank products beside the linear layers of one graph, whose factors are inputs.
///
/// Where no adapter acts, their rank is 0 and they see one row of each value: what they add is one
/// row, the bias, and the layer broadcasts it as it would without them.
final class SideBranches {
  private final GraphBuilder g;
  private final Map<String, String> cut = new HashMap<>();
  private final Map<String, AdaptedLinear> linears = new LinkedHashMap<>();
  private Optional<String> rows = Optional.empty();

  SideBranches(GraphBuilder g) {
    this.g = g;
  }

  /// What a layer's adapters give for a value, `[rows, out]` or `[1, out]`.
  ///
  /// @param bias added to it, if there is one
  String beside(AdaptedLinear linear, String value, Optional<String> bias) {
    if (linears.putIfAbsent(linear.input(), linear) == null) {
      String rank = linear.input() + ".rank";
      g.input(linear.down(), rank, linear.in());
      g.input(linear.up(), linear.out(), rank);
    }
    List<String> operands = new ArrayList<>();
    operands.add(g.gemm(List.of(cut(value), linear.down())));
    operands.add(linear.up());
    bias.ifPresent(operands::add);
    return g.gemm(operands);
  }

  /// The rows of a value that adapters see.
  private String cut(String value) {
    return cut.computeIfAbsent(
        value, all -> g.op("Slice", all, g.longs(0), seenRows(), g.longs(0)));
  }

  private String seenRows() {
    if (rows.isEmpty()) {
      g.input(AdaptedLinear.ROWS, "seen", 0);
      rows = Optional.of(g.extent(AdaptedLinear.ROWS, 0));
    }
    return rows.orElseThrow();
  }

  /// The layers that were asked for.
  List<AdaptedLinear> linears() {
    return List.copyOf(linears.values());
  }
}
