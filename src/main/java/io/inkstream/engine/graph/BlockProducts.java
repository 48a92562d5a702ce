package io.inkstream.engine.graph;

import io.inkstream.engine.graph.Layers.Linear;
import io.inkstream.engine.graph.PlainBlock.Streams;
import io.inkstream.engine.kernel.FusedOperator;
import io.inkstream.engine.kernel.LinearOperator;
import java.util.List;
import java.util.Optional;

/// How a [FusedBlock] multiplies. What goes into a product is what an operator of both streams
/// gave: the image's, the text's, and what is to be read beside them.
sealed interface BlockProducts {
  /// What normalises both streams for the first products.
  FusedOperator norm();

  /// What normalises them for the MLP.
  FusedOperator gatedNorm();

  /// Both products, without biases.
  Streams of(Linear image, Linear text, List<String> values);

  /// Both products with their biases, activated.
  List<String> active(Linear image, Linear text, List<String> values);

  /// The products of the rows of a joint stream.
  ///
  /// @param joint `[txt + img, in]`, the text's first
  Streams ofJoint(Linear image, Linear text, String joint);

  /// In the graph's element type.
  ///
  /// @param own whether by [LinearOperator]s, where they can
  record Wide(GraphBuilder g, String h, String e, boolean own) implements BlockProducts {
    @Override
    public FusedOperator norm() {
      return FusedOperator.ADA_LAYER_NORM;
    }

    @Override
    public FusedOperator gatedNorm() {
      return FusedOperator.GATED_ADA_LAYER_NORM;
    }

    @Override
    public Streams of(Linear image, Linear text, List<String> values) {
      return new Streams(product(image, values.get(0)), product(text, values.get(1)));
    }

    private String product(Linear linear, String value) {
      return weight(linear)
          .map(weight -> own(LinearOperator.LINEAR, value, weight))
          .orElseGet(() -> linear.product(value));
    }

    private Optional<String> weight(Linear linear) {
      return own ? linear.alone() : Optional.empty();
    }

    private List<String> weights(Linear image, Linear text) {
      return weight(image).flatMap(i -> weight(text).map(t -> List.of(i, t))).orElseGet(List::of);
    }

    private String own(LinearOperator operator, String... operands) {
      return g.own(operator, List.of(operands)).getFirst();
    }

    @Override
    public List<String> active(Linear image, Linear text, List<String> values) {
      List<String> both = weights(image, text);
      if (!both.isEmpty()) {
        return List.of(
            own(LinearOperator.LINEAR_GELU, values.get(0), both.get(0), image.bias()),
            own(LinearOperator.LINEAR_GELU, values.get(1), both.get(1), text.bias()));
      }
      Streams products = of(image, text, values);
      return g.own(
          FusedOperator.BIAS_GELU,
          List.of(products.image(), products.text(), image.bias(), text.bias()));
    }

    @Override
    public Streams ofJoint(Linear image, Linear text, String joint) {
      List<String> both = weights(image, text);
      if (!both.isEmpty()) {
        return new Streams(
            own(LinearOperator.LINEAR_OF_LAST, joint, both.get(0), h),
            own(LinearOperator.LINEAR_OF_FIRST, joint, both.get(1), e));
      }
      Streams parts = PlainBlock.parted(g, joint, e, h);
      return of(image, text, List.of(parts.image(), parts.text()));
    }
  }

  /// Numbers of 8 bits by numbers of 8 bits, but for those of the joint stream: no kernel before
  /// them makes its rows small, and they cost a seventh of what the others do.
  record Float8(GraphBuilder g, Wide wide) implements BlockProducts {
    @Override
    public FusedOperator norm() {
      return FusedOperator.ADA_LAYER_NORM_FLOAT8;
    }

    @Override
    public FusedOperator gatedNorm() {
      return FusedOperator.GATED_ADA_LAYER_NORM_FLOAT8;
    }

    @Override
    public Streams of(Linear image, Linear text, List<String> values) {
      return new Streams(
          product(image, values.get(0), values.get(2)),
          product(text, values.get(1), values.get(3)));
    }

    private String product(Linear linear, String value, String scales) {
      var weight = linear.float8().orElseThrow();
      var operands = List.of(value, scales, weight.numbers(), weight.beside().getFirst());
      return g.own(LinearOperator.LINEAR_FLOAT8, operands).getFirst();
    }

    @Override
    public List<String> active(Linear image, Linear text, List<String> values) {
      Streams products = of(image, text, values);
      return g.own(
          FusedOperator.BIAS_GELU_FLOAT8,
          List.of(products.image(), products.text(), image.bias(), text.bias()));
    }

    @Override
    public Streams ofJoint(Linear image, Linear text, String joint) {
      return wide.ofJoint(image, text, joint);
    }
  }
}
