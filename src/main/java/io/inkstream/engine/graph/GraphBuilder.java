package io.inkstream.engine.graph;

import io.inkstream.engine.kernel.FusedOperator;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.engine.weights.TensorEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Collects one graph: values are known by name, each operation returns the name of its result.
///
/// A graph computes in one element type, float32 or bfloat16; weights of another are cast. Weights
/// lie in their files, or are inputs that whoever runs the graph binds.
final class GraphBuilder {
  static final String MICROSOFT = "com.microsoft";

  private final String name;
  private final Path weightsFolder;
  private final DType element;
  private final @Nullable String boundPrefix;
  private final Map<String, List<TensorEntry>> boundWeights = new LinkedHashMap<>();
  private final Set<String> domains = new LinkedHashSet<>(Set.of(MICROSOFT));
  // Written before all other nodes: ONNX Runtime orders nodes from the outputs back, and runs that
  // input of a node first that was written last. Written beside their uses, two thirds of the text
  // encoder's weights would be widened before its first layer runs.
  private final List<ProtoMessage> conversions = new ArrayList<>();
  private final List<ProtoMessage> nodes = new ArrayList<>();
  private final List<ProtoMessage> initializers = new ArrayList<>();
  private final List<ProtoMessage> inputs = new ArrayList<>();
  private final List<ProtoMessage> outputs = new ArrayList<>();
  private final Set<String> known = new HashSet<>();
  private final Set<Path> files = new LinkedHashSet<>();
  private int values;

  /// @param component whose weights the graph takes; all its files lie in one folder
  GraphBuilder(String name, Component component) {
    this(name, component, DType.F32, null);
  }

  /// @param element in which the graph computes
  GraphBuilder(String name, Component component, DType element) {
    this(name, component, element, null);
  }

  /// @param boundPrefix the weights become inputs, named without this prefix; null leaves them in
  ///   their files
  GraphBuilder(String name, Component component, DType element, @Nullable String boundPrefix) {
    this.name = name;
    this.weightsFolder = folder(component);
    this.element = element;
    this.boundPrefix = boundPrefix;
  }

  /// @param element in which the graph, which has no weights, computes
  GraphBuilder(String name, DType element) {
    this.name = name;
    this.weightsFolder = Path.of("");
    this.element = element;
    this.boundPrefix = null;
  }

  private static Path folder(Component component) {
    Path first = component.tensors().values().iterator().next().file();
    return Objects.requireNonNullElse(first.getParent(), component.dir());
  }

  /// Declares an input of the graph's element type; an extent is a number or the name of a free
  /// one.
  String input(String input, Object... extents) {
    inputs.add(OnnxWriter.value(input, element, extents));
    return input;
  }

  /// Declares a float32 input; the result has the graph's element type.
  String floatInput(String input, Object... extents) {
    return narrowed(plainFloatInput(input, extents));
  }

  /// Declares a float32 input that stays one.
  String plainFloatInput(String input, Object... extents) {
    inputs.add(OnnxWriter.value(input, DType.F32, extents));
    return input;
  }

  /// Makes `value` an output called `output`, of the graph's element type.
  void output(String output, String value, Object... extents) {
    nodes.add(OnnxWriter.node("", "Identity", List.of(value), List.of(output), Map.of()));
    outputs.add(OnnxWriter.value(output, element, extents));
  }

  /// Makes `value` a float32 output called `output`.
  void floatOutput(String output, String value, Object... extents) {
    plainFloatOutput(output, widened(value), extents);
  }

  /// Makes the float32 `value` an output called `output`.
  void plainFloatOutput(String output, String value, Object... extents) {
    nodes.add(OnnxWriter.node("", "Identity", List.of(value), List.of(output), Map.of()));
    outputs.add(OnnxWriter.value(output, DType.F32, extents));
  }

  /// A value of the graph's element type as float32.
  String widened(String value) {
    return element == DType.F32 ? value : cast(value, DType.F32);
  }

  /// A float32 value in the graph's element type.
  String narrowed(String value) {
    return element == DType.F32 ? value : cast(value, element);
  }

  private String cast(String value, DType to) {
    return op("Cast", List.of(value), Map.of("to", OnnxWriter.dataType(to)));
  }

  /// An operation of the ONNX standard with one result.
  String op(String operator, List<String> operands, Map<String, Object> attributes) {
    return add("", operator, operands, 1, attributes).getFirst();
  }

  String op(String operator, String... operands) {
    return op(operator, List.of(operands), Map.of());
  }

  /// An operation of ONNX Runtime's own domain with one result.
  String microsoft(String operator, List<String> operands, Map<String, Object> attributes) {
    return add(MICROSOFT, operator, operands, 1, attributes).getFirst();
  }

  /// An operation of our own, with its results.
  List<String> fused(FusedOperator operator, List<String> operands) {
    domains.add(FusedOperator.DOMAIN);
    String name = operator.operator();
    return add(FusedOperator.DOMAIN, name, operands, operator.outputs(), Map.of());
  }

  /// Cuts `value` along `axis` into `parts` equal parts.
  List<String> split(String value, int axis, int parts) {
    return add("", "Split", List.of(value), parts, Map.of("axis", axis, "num_outputs", parts));
  }

  /// Cuts `value` along `axis`; `lengths` names a list of extents.
  List<String> split(String value, int axis, String lengths, int parts) {
    return add("", "Split", List.of(value, lengths), parts, Map.of("axis", axis));
  }

  String concat(int axis, List<String> parts) {
    return op("Concat", parts, Map.of("axis", axis));
  }

  /// The same numbers in another shape; one extent may be -1, and 0 keeps the value's own.
  String reshape(String value, long... extents) {
    return op("Reshape", value, longs(extents));
  }

  /// `value · weightᵀ + bias`, the weight as Hugging Face stores it: `[out, in]`.
  String linear(String value, TensorEntry weight, TensorEntry bias) {
    return op("Gemm", List.of(value, weight(weight), weight(bias)), Map.of("transB", 1));
  }

  /// `value · weightᵀ`.
  String linear(String value, TensorEntry weight) {
    return linear(value, weight(weight));
  }

  /// `value · weightᵀ` of a weight that the graph has already.
  String linear(String value, String weight) {
    return op("Gemm", List.of(value, weight), Map.of("transB", 1));
  }

  /// `value / sqrt(mean(value²) + epsilon) · weight` over the last axis.
  String rmsNorm(String value, TensorEntry weight, double epsilon) {
    return op(
        "RMSNormalization",
        List.of(value, weight(weight)),
        Map.of("axis", -1, "epsilon", (float) epsilon));
  }

  /// `value · sigmoid(value)`.
  String silu(String value) {
    return microsoft("QuickGelu", List.of(value), Map.of("alpha", 1f));
  }

  /// A weight in the graph's element type: external data or an input, followed by a `Cast` if it is
  /// of another.
  String weight(TensorEntry entry) {
    return inElement(declared(entry), entry.dtype());
  }

  /// Weights of one type and width as one weight, their rows one after the other, in the graph's
  /// element type: an input.
  ///
  /// @param stacked the input's name
  /// @throws SnapshotException if their types differ
  String stacked(String stacked, List<TensorEntry> entries) {
    TensorEntry first = entries.getFirst();
    long[] extents = first.shape().dims();
    extents[0] = 0;
    for (TensorEntry entry : entries) {
      requireSameFolder(entry);
      if (entry.dtype() != first.dtype()) {
        throw new SnapshotException(
            entry.file(),
            "%s is %s, must be %s as %s"
                .formatted(entry.name(), entry.dtype(), first.dtype(), first.name()));
      }
      extents[0] += entry.shape().dims()[0];
    }
    bind(stacked, entries, new Shape(extents));
    return inElement(stacked, first.dtype());
  }

  private String inElement(String declared, DType type) {
    if (type == element) {
      return declared;
    }
    String converted = declared + (element == DType.F32 ? ":f32" : ":bf16");
    if (known.add(converted)) {
      conversions.add(
          OnnxWriter.node(
              "",
              "Cast",
              List.of(declared),
              List.of(converted),
              Map.of("to", OnnxWriter.dataType(element))));
    }
    return converted;
  }

  private String declared(TensorEntry entry) {
    String declared =
        boundPrefix == null ? entry.name() : entry.name().substring(boundPrefix.length());
    if (!known.add(declared)) {
      return declared;
    }
    requireSameFolder(entry);
    if (boundPrefix == null) {
      files.add(entry.file());
      initializers.add(OnnxWriter.external(entry));
    } else {
      bind(declared, List.of(entry), entry.shape());
    }
    return declared;
  }

  private void bind(String input, List<TensorEntry> entries, Shape shape) {
    boundWeights.put(input, entries);
    Object[] extents = Arrays.stream(shape.dims()).boxed().toArray();
    inputs.add(OnnxWriter.value(input, entries.getFirst().dtype(), extents));
  }

  private void requireSameFolder(TensorEntry entry) {
    if (!weightsFolder.equals(entry.file().getParent())) {
      throw new SnapshotException(
          entry.file(), "shards must lie in one folder, others are in " + weightsFolder);
    }
  }

  /// A list of integers known now.
  String longs(long... numbers) {
    String constant = "longs" + Arrays.toString(numbers).replace(" ", "");
    return constant(constant, OnnxWriter.longs(constant, new Shape(numbers.length), numbers));
  }

  /// One integer known now, as a scalar.
  String scalar(long number) {
    String constant = "long:" + number;
    return constant(constant, OnnxWriter.longs(constant, new Shape(), new long[] {number}));
  }

  /// One number known now, as a scalar.
  String scalar(float number) {
    String constant = "float:" + number;
    return constant(constant, OnnxWriter.floats(constant, new Shape(), new float[] {number}));
  }

  /// Numbers known now.
  String floats(String constant, Shape shape, float[] numbers) {
    return constant(constant, OnnxWriter.floats(constant, shape, numbers));
  }

  private String constant(String constant, ProtoMessage tensor) {
    if (known.add(constant)) {
      initializers.add(tensor);
    }
    return constant;
  }

  private List<String> add(
      String domain,
      String operator,
      List<String> operands,
      int results,
      Map<String, Object> attributes) {
    List<String> names = new ArrayList<>(results);
    for (int i = 0; i < results; i++) {
      names.add("v" + values++);
    }
    nodes.add(OnnxWriter.node(domain, operator, operands, names, attributes));
    return names;
  }

  /// Whether weights become inputs, as on a device.
  boolean bindsWeights() {
    return boundPrefix != null;
  }

  /// The weights that became inputs, by the inputs' names; of several, the rows one after the
  /// other.
  Map<String, List<TensorEntry>> boundWeights() {
    return Collections.unmodifiableMap(boundWeights);
  }

  OnnxModel build() {
    List<ProtoMessage> all = new ArrayList<>(conversions);
    all.addAll(nodes);
    byte[] bytes = OnnxWriter.model(name, all, initializers, inputs, outputs, domains);
    return new OnnxModel(name, bytes, weightsFolder, Set.copyOf(files));
  }
}
