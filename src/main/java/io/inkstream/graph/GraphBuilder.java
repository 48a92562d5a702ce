package io.inkstream.graph;

import io.inkstream.tensor.DType;
import io.inkstream.tensor.Shape;
import io.inkstream.weights.Component;
import io.inkstream.weights.SnapshotException;
import io.inkstream.weights.TensorEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Collects one graph: values are known by name, each operation returns the name of its result.
final class GraphBuilder {
  static final String MICROSOFT = "com.microsoft";

  private final String name;
  private final Path weightsFolder;
  private final List<ProtoMessage> nodes = new ArrayList<>();
  private final List<ProtoMessage> initializers = new ArrayList<>();
  private final List<ProtoMessage> inputs = new ArrayList<>();
  private final List<ProtoMessage> outputs = new ArrayList<>();
  private final Set<String> known = new HashSet<>();
  private final Set<Path> files = new LinkedHashSet<>();
  private int values;

  /// @param component whose weights the graph takes; all its files lie in one folder
  GraphBuilder(String name, Component component) {
    this.name = name;
    this.weightsFolder = folder(component);
  }

  private static Path folder(Component component) {
    Path first = component.tensors().values().iterator().next().file();
    return Objects.requireNonNullElse(first.getParent(), component.dir());
  }

  /// Declares a float32 input; an extent is a number or the name of a free one.
  String input(String input, Object... extents) {
    inputs.add(OnnxWriter.value(input, extents));
    return input;
  }

  /// Makes `value` an output called `output`.
  void output(String output, String value, Object... extents) {
    nodes.add(OnnxWriter.node("", "Identity", List.of(value), List.of(output), Map.of()));
    outputs.add(OnnxWriter.value(output, extents));
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
    return op("Gemm", List.of(value, weight(weight)), Map.of("transB", 1));
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

  /// A weight as float32: external data, followed by a `Cast` if it is half-precision.
  String weight(TensorEntry entry) {
    if (known.add(entry.name())) {
      requireSameFolder(entry);
      files.add(entry.file());
      initializers.add(OnnxWriter.external(entry));
    }
    if (entry.dtype() == DType.F32) {
      return entry.name();
    }
    String widened = entry.name() + ":f32";
    if (known.add(widened)) {
      nodes.add(
          OnnxWriter.node(
              "",
              "Cast",
              List.of(entry.name()),
              List.of(widened),
              Map.of("to", OnnxWriter.dataType(DType.F32))));
    }
    return widened;
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

  OnnxModel build() {
    byte[] bytes = OnnxWriter.model(name, nodes, initializers, inputs, outputs);
    return new OnnxModel(name, bytes, weightsFolder, Set.copyOf(files));
  }
}
