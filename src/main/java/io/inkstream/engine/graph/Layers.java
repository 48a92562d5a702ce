package io.inkstream.engine.graph;

import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.Encoding;
import io.inkstream.engine.weights.TensorEntry;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The layers of one network as a snapshot names them: their weights are found, checked and put
/// into a graph here and nowhere else.
///
/// @param prefix of all names below: `transformer_blocks.7.`
public record Layers(GraphBuilder g, Component component, String prefix) {
  public Layers(GraphBuilder g, Component component) {
    this(g, component, "");
  }

  /// The layers whose names begin with these letters: `attn.`.
  public Layers in(String prefix) {
    return new Layers(g, component, this.prefix + prefix);
  }

  /// The layer of that name, `[out, in]` as Hugging Face stores it.
  public Linear linear(String name, long in, long out) {
    return new Linear(this, name, List.of(name), in, out);
  }

  /// Layers of one input as one product, whose results lie side by side. For graphs whose weights
  /// are inputs.
  ///
  /// @param name of all of them together: `attn.to_qkv`
  /// @param out of each of them
  public Linear stacked(String name, List<String> names, long in, long out) {
    return new Linear(this, name, names, in, out);
  }

  /// `value / sqrt(mean(value²) + epsilon) · weight` over the last axis.
  public String rmsNorm(String name, String value, long width, double epsilon) {
    return g.op(
        "RMSNormalization",
        List.of(value, weight(name + ".weight", width)),
        Map.of("axis", -1, "epsilon", (float) epsilon));
  }

  /// The same of a float32 value, in float32; the result is in the graph's element type.
  public String wideRmsNorm(String name, String value, long width, double epsilon) {
    return g.narrowed(
        g.op(
            "RMSNormalization",
            List.of(value, g.widened(weight(name + ".weight", width))),
            Map.of("axis", -1, "epsilon", (float) epsilon)));
  }

  /// `(value - mean) / sqrt(variance + epsilon) · weight + bias` over the last axis.
  public String layerNorm(String name, String value, long width, double epsilon) {
    return g.op(
        "LayerNormalization",
        List.of(value, weight(name + ".weight", width), weight(name + ".bias", width)),
        Map.of("axis", -1, "epsilon", (float) epsilon));
  }

  /// The tensor of that name in the graph's element type.
  ///
  /// @throws io.inkstream.engine.weights.SnapshotException if there is none, or it is of another
  ///   shape, or of a type that no weight has
  public String weight(String name, long... shape) {
    return g.weights().weight(entry(name, shape));
  }

  /// The convolution of that name.
  ///
  /// @param extents of its kernel: height and width, before them perhaps time
  public Convolution convolution(String name, int in, int out, long... extents) {
    return new Convolution(this, name, in, out, new Shape(extents));
  }

  private AdaptedLinear adapted(String name, long in, long out) {
    String module = prefix + name;
    return new AdaptedLinear(module, g.weights().named(module), in, out);
  }

  TensorEntry entry(String name, long... shape) {
    return component.tensor(prefix + name, shape);
  }

  /// One linear layer, or several of one input. All products with weights of all graphs are made
  /// here: what stands beside a weight is a matter of [#beside], and what makes it of other numbers
  /// (a scale) of [Layers#weight].
  ///
  /// @param name its own, or the one of all of them together
  /// @param modules the layers' names
  /// @param out of each of them
  public record Linear(Layers layers, String name, List<String> modules, long in, long out) {
    /// `value · weightᵀ + bias`.
    public String of(String value) {
      Product product = weight();
      String bias = bias();
      return beside(value, Optional.of(bias))
          .map(added -> product.plusRows(value, added))
          .orElseGet(() -> product.plus(value, bias));
    }

    /// `gate · (value · weightᵀ + bias)`.
    ///
    /// @param gate `[out]`
    public String gated(String value, String gate) {
      Product product = weight();
      String bias = bias();
      return beside(value, Optional.of(bias))
          .map(added -> layers.g().op("Mul", product.plusRows(value, added), gate))
          .orElseGet(() -> product.gated(value, bias, gate));
    }

    /// `value · weightᵀ`.
    public String product(String value) {
      Product product = weight();
      return beside(value, Optional.empty())
          .map(added -> product.plusRows(value, added))
          .orElseGet(() -> product.of(value));
    }

    /// The weight in the element type, if a product with it is all that there is: no adapter may
    /// stand beside it, and no kernel reads it as it is stored.
    public Optional<String> alone() {
      return layers.g().sideBranches().isEmpty() && weight() instanceof Product.Wide wide
          ? Optional.of(wide.weight())
          : Optional.empty();
    }

    /// Whether the weight is taken as it is stored, that is in `F8_E4M3` with a scale for each row,
    /// and no adapter may stand beside it.
    public boolean isFloat8() {
      var g = layers.g();
      return g.sideBranches().isEmpty()
          && g.weights().comeAsStored()
          && layers.entry(modules.getFirst() + ".weight", out, in).encoding()
              instanceof Encoding.ScaledRows(DType type, _)
          && type == DType.F8_E4M3;
    }

    /// The weight as it is stored, if [#isFloat8].
    public Optional<StoredWeight> float8() {
      return isFloat8() ? Optional.of(stored(".weight", out, in)) : Optional.empty();
    }

    /// What adapters add, if they may stand here, each beside its own layer.
    private Optional<String> beside(String value, Optional<String> bias) {
      return layers
          .g()
          .sideBranches()
          .map(branches -> {
            List<String> added =
                modules.stream()
                    .map(module -> branches.beside(layers.adapted(module, in, out), value, bias))
                    .toList();
            return added.size() == 1 ? added.getFirst() : layers.g().concat(1, added);
          });
    }

    /// The bias alone, for whoever adds it on the way.
    public String bias() {
      return layers.g().weights().inElement(stored(".bias", out));
    }

    private Product weight() {
      return Product.of(layers.g(), stored(".weight", out, in));
    }

    private StoredWeight stored(String kind, long... shape) {
      GraphWeights weights = layers.g().weights();
      List<TensorEntry> entries =
          modules.stream().map(module -> layers.entry(module + kind, shape)).toList();
      return modules.size() == 1
          ? weights.stored(entries.getFirst())
          : weights.stacked(name + kind, entries);
    }
  }
}
