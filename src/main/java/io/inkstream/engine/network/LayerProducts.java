package io.inkstream.engine.network;

import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.graph.Layers.Linear;
import io.inkstream.engine.kernel.LinearOperator;
import java.util.List;
import java.util.Optional;

/// How one layer of a fused block multiplies.
///
/// @param own whether by [LinearOperator]s, where they can
record LayerProducts(GraphBuilder g, boolean own) {
  /// In the graph's element type, without a bias.
  String of(Linear linear, String value) {
    return weight(linear)
        .map(weight -> own(LinearOperator.LINEAR, value, weight))
        .orElseGet(() -> linear.product(value));
  }

  /// Of numbers of 8 bits, a scale for each row, by weights that are stored so.
  ///
  /// @param value and its rows' scales
  String ofFloat8(Linear linear, List<String> value) {
    var weight = linear.float8().orElseThrow();
    return own(
        LinearOperator.LINEAR_FLOAT8,
        value.get(0),
        value.get(1),
        weight.numbers(),
        weight.beside().getFirst());
  }

  /// The weight, if an operator of our own multiplies with it.
  Optional<String> weight(Linear linear) {
    return own ? linear.alone() : Optional.empty();
  }

  String own(LinearOperator operator, String... operands) {
    return g.own(operator, List.of(operands)).getFirst();
  }
}
