package io.inkstream.engine.network;

import io.inkstream.engine.graph.Layers.Linear;
import io.inkstream.engine.kernel.FusedOperator;
import io.inkstream.engine.kernel.PairOperator;
import io.inkstream.engine.network.DoubleStreamBlock.Streams;
import java.util.List;

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
  record Wide(LayerProducts layers, String h, String e) implements BlockProducts {
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
      String ofImage = values.get(0);
      String ofText = values.get(1);
      return layers
          .weights(image, text)
          .map(both -> layers.own(PairOperator.LINEAR, ofImage, both.image(), ofText, both.text()))
          .orElseGet(() -> new Streams(layers.of(image, ofImage), layers.of(text, ofText)));
    }

    @Override
    public List<String> active(Linear image, Linear text, List<String> values) {
      return layers
          .weights(image, text)
          .map(both ->
              layers.own(
                  PairOperator.LINEAR_GELU,
                  values.get(0),
                  both.image(),
                  image.bias(),
                  values.get(1),
                  both.text(),
                  text.bias()))
          .map(active -> List.of(active.image(), active.text()))
          .orElseGet(() -> activeBehind(of(image, text, values), image, text));
    }

    private List<String> activeBehind(Streams products, Linear image, Linear text) {
      return layers
          .g()
          .own(
              FusedOperator.BIAS_GELU,
              List.of(products.image(), products.text(), image.bias(), text.bias()));
    }

    @Override
    public Streams ofJoint(Linear image, Linear text, String joint) {
      return layers
          .weights(image, text)
          .map(both ->
              layers.own(
                  PairOperator.LINEAR_OF_ENDS, joint, both.image(), h, joint, both.text(), e))
          .orElseGet(() -> {
            Streams parts = PlainBlock.parted(layers.g(), joint, e, h);
            return of(image, text, List.of(parts.image(), parts.text()));
          });
    }
  }

  /// Numbers of 8 bits by numbers of 8 bits, but for those of the joint stream: no kernel before
  /// them makes its rows small, and they cost a seventh of what the others do.
  record Float8(Wide wide) implements BlockProducts {
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
      return wide.layers()
          .ofFloat8(
              image,
              List.of(values.get(0), values.get(2)),
              text,
              List.of(values.get(1), values.get(3)));
    }

    @Override
    public List<String> active(Linear image, Linear text, List<String> values) {
      Streams products = of(image, text, values);
      return wide.layers()
          .g()
          .own(
              FusedOperator.BIAS_GELU_FLOAT8,
              List.of(products.image(), products.text(), image.bias(), text.bias()));
    }

    @Override
    public Streams ofJoint(Linear image, Linear text, String joint) {
      return wide.ofJoint(image, text, joint);
    }
  }
}
