package io.inkstream.engine.network;

import io.inkstream.engine.graph.Binding;
import io.inkstream.engine.graph.GraphBuilder;
import io.inkstream.engine.graph.Layers;
import io.inkstream.engine.kernel.FusedOperator;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.TransformerConfig;

/// What the graphs of a transformer have in common, of whichever form its blocks are.
///
/// @param element in which the streams are computed
/// @param adaptable whether adapters may stand beside the linear layers
record TransformerNetwork(
    Component component, TransformerConfig config, DType element, boolean adaptable) {
  /// D.
  long width() {
    return config.innerDim();
  }

  /// A graph whose weights lie in their files.
  GraphBuilder graph(String name) {
    return graph(name, element);
  }

  /// @param type in which it computes
  GraphBuilder graph(String name, DType type) {
    return new GraphBuilder(name, type, null, adaptable);
  }

  /// A graph of a block, whose weights are inputs.
  GraphBuilder bound(String name, int block) {
    return bound(name, new Binding(prefix(block), component.isDirect()));
  }

  /// The same, with the operators of `kernel`.
  GraphBuilder fused(String name, int block) {
    return bound(name, new Binding(prefix(block), component.isDirect(), true));
  }

  private GraphBuilder bound(String name, Binding binding) {
    return new GraphBuilder(name, element, binding, adaptable);
  }

  Layers layers(GraphBuilder g) {
    return new Layers(g, component);
  }

  /// Those of a block.
  Layers layers(GraphBuilder g, int block) {
    return layers(g).in(prefix(block));
  }

  boolean fitsFusedKernels() {
    return FusedOperator.fitCuda(width(), config.attentionHeadDim());
  }

  boolean fitsFloat8Kernels() {
    return FusedOperator.fitFloat8(width());
  }

  private static String prefix(int block) {
    return "transformer_blocks." + block + ".";
  }
}
