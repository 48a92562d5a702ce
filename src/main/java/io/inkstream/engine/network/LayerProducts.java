package io.inkstream.engine.network;

import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.graph.Layers.Linear;
import io.inkstream.engine.kernel.LinearOperator;
import io.inkstream.engine.kernel.PairOperator;
import io.inkstream.engine.network.DoubleStreamBlock.Streams;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
    return own(LinearOperator.LINEAR_FLOAT8, operands(linear, value).toArray(String[]::new));
  }

  /// The same of both streams.
  Streams ofFloat8(Linear image, List<String> values, Linear text, List<String> ofText) {
    var both = Stream.concat(operands(image, values).stream(), operands(text, ofText).stream());
    return own(PairOperator.LINEAR_FLOAT8, both.toArray(String[]::new));
  }

  private static List<String> operands(Linear linear, List<String> value) {
    var weight = linear.float8().orElseThrow();
    return List.of(value.get(0), value.get(1), weight.numbers(), weight.beside().getFirst());
  }

  /// The weight, if an operator of our own multiplies with it.
  Optional<String> weight(Linear linear) {
    return own ? linear.alone() : Optional.empty();
  }

  /// The weights of both, if operators of our own multiply with them.
  Optional<Streams> weights(Linear image, Linear text) {
    return weight(image).flatMap(i -> weight(text).map(t -> new Streams(i, t)));
  }

  Streams own(PairOperator operator, String... operands) {
    List<String> both = g.own(operator, List.of(operands));
    return new Streams(both.get(0), both.get(1));
  }

  private String own(LinearOperator operator, String... operands) {
    return g.own(operator, List.of(operands)).getFirst();
  }
}
