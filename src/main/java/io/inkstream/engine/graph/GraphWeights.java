package io.inkstream.engine.graph;

import io.inkstream.engine.kernel.FusedOperator;
import io.inkstream.engine.kernel.Operator;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.weights.Encoding;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.engine.weights.TensorEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The weights of one graph: they lie in their files, or are given by whoever makes the session
/// (those that no graph reads as they are stored), or are inputs that whoever runs the graph binds.
/// A graph reads them in its element type, whatever they are stored in.
final class GraphWeights {
  private final DType element;
  private final @Nullable Binding binding;
  private final Map<String, TensorEntry> inFiles = new LinkedHashMap<>();
  private final Map<String, BoundWeight> given = new LinkedHashMap<>();
  private final Map<String, BoundWeight> bound = new LinkedHashMap<>();
  private final List<ProtoMessage> inputs = new ArrayList<>();
  private final Set<String> converted = new HashSet<>();
  private final List<ProtoMessage> conversions = new ArrayList<>();

  /// @param element in which the graph computes
  /// @param binding how weights become inputs; null: they do not
  GraphWeights(DType element, @Nullable Binding binding) {
    this.element = element;
    this.binding = binding;
  }

  /// Whether weights become inputs, as on a device.
  boolean areInputs() {
    return binding != null;
  }

  /// Whether a graph of inputs takes them as they are stored.
  boolean comeAsStored() {
    return binding != null && binding.asStored();
  }

  /// A module's name in this graph.
  String named(String module) {
    return binding == null ? module : module.substring(binding.prefix().length());
  }

  /// A weight in the graph's element type.
  ///
  /// @throws SnapshotException if it is in blocks, as only linear layers' may be
  String weight(TensorEntry entry) {
    return inElement(stored(entry));
  }

  /// A weight as it is stored, if graphs can read that.
  StoredWeight stored(TensorEntry entry) {
    if (binding != null) {
      return bind(named(entry.name()), List.of(entry));
    }
    int rows = (int) entry.shape().dim(0);
    if (entry.encoding().isDirect()) {
      inFiles.put(entry.name(), entry);
      List<String> beside = new ArrayList<>();
      for (TensorEntry other : entry.encoding().beside()) {
        inFiles.put(other.name(), other);
        beside.add(other.name());
      }
      return new StoredWeight(entry, entry.encoding(), entry.name(), beside, rows);
    }
    given.put(entry.name(), new BoundWeight(List.of(entry), element));
    return wide(entry, entry.name(), rows);
  }

  /// What [WinogradKernel] makes of a kernel. For graphs whose weights are no inputs.
  String tiles(TensorEntry kernel) {
    String name = kernel.name() + ":tiles";
    given.put(name, new BoundWeight(BoundWeight.Form.TILES, List.of(kernel), element));
    return name;
  }

  private StoredWeight wide(TensorEntry entry, String numbers, int rows) {
    return new StoredWeight(entry, new Encoding.Plain(element), numbers, List.of(), rows);
  }

  /// Weights of one type and width as one weight, their rows one after the other: an input.
  ///
  /// @param stacked the input's name
  /// @throws SnapshotException if they come as they are stored, and that differs
  StoredWeight stacked(String stacked, List<TensorEntry> entries) {
    return bind(stacked, entries);
  }

  private StoredWeight bind(String input, List<TensorEntry> entries) {
    TensorEntry first = entries.getFirst();
    int rows = (int) entries.stream().mapToLong(entry -> entry.shape().dim(0)).sum();
    if (binding == null || !binding.asStored()) {
      declare(input, entries, element);
      return wide(first, input, rows);
    }
    requireLike(entries);
    declare(input, entries, typeOf(first));
    List<String> beside = new ArrayList<>();
    for (int i = 0; i < first.encoding().beside().size(); i++) {
      int at = i;
      String name = input + "_scale";
      var others = entries.stream().map(entry -> entry.encoding().beside().get(at)).toList();
      declare(name, others, DType.F32);
      beside.add(name);
    }
    return new StoredWeight(first, first.encoding(), input, beside, rows);
  }

  private void declare(String input, List<TensorEntry> entries, DType type) {
    var weight = new BoundWeight(entries, type);
    if (bound.put(input, weight) == null) {
      Object[] extents = Arrays.stream(weight.shape().dims()).boxed().toArray();
      inputs.add(OnnxWriter.value(input, type, extents));
    }
  }

  private static void requireLike(List<TensorEntry> entries) {
    TensorEntry first = entries.getFirst();
    for (TensorEntry entry : entries) {
      if (!entry.encoding().isLike(first.encoding())) {
        throw new SnapshotException(
            entry.file(),
            "%s is %s, must be %s as %s"
                .formatted(entry.name(), entry.encoding(), first.encoding(), first.name()));
      }
    }
  }

  private static DType typeOf(TensorEntry entry) {
    return entry.encoding().direct().orElseThrow();
  }

  /// A weight in the graph's element type.
  ///
  /// @throws SnapshotException if it is in blocks
  String inElement(StoredWeight stored) {
    return switch (stored.encoding()) {
      case Encoding.Plain(DType type) -> cast(stored.numbers(), type);
      case Encoding.ScaledRows _ -> scaled(stored);
      case Encoding.KernelBlocks _, Encoding.Scaled _, Encoding.Blocks _ ->
          throw SnapshotException.tensor(
              stored.entry().file(),
              stored.entry().name(),
              "is stored in %s, must be plain numbers here".formatted(stored.encoding()));
    };
  }

  private String cast(String declared, DType type) {
    return type == element ? declared : cast(declared, declared, element);
  }

  private String cast(String value, String declared, DType to) {
    return converted(
        declared + (to == DType.F32 ? ":f32" : ":bf16"),
        "Cast",
        List.of(value),
        Map.of("to", OnnxWriter.dataType(to)));
  }

  /// In float32, and rounded once.
  private String scaled(StoredWeight stored) {
    String numbers = stored.numbers();
    if (binding != null && binding.ownOperators()) {
      var operator =
          typeOf(stored.entry()) == DType.I8
              ? FusedOperator.WIDEN_INT8
              : FusedOperator.WIDEN_FLOAT8;
      List<String> operands = List.of(numbers, stored.beside().getFirst());
      return converted(
          numbers + ":scaled", Operator.DOMAIN, operator.operator(), operands, Map.of());
    }
    String wide = cast(numbers, numbers, DType.F32);
    List<String> factors = List.of(wide, stored.beside().getFirst());
    String product = converted(numbers + ":scaled", "Mul", factors, Map.of());
    return element == DType.F32 ? product : cast(product, numbers, element);
  }

  /// A matrix of integers, columns and rows exchanged.
  String transposed(String numbers) {
    return converted(numbers + ":transposed", "Transpose", List.of(numbers), Map.of());
  }

  private String converted(
      String result, String operator, List<String> operands, Map<String, Object> attributes) {
    return converted(result, "", operator, operands, attributes);
  }

  private String converted(
      String result,
      String domain,
      String operator,
      List<String> operands,
      Map<String, Object> attributes) {
    if (converted.add(result)) {
      conversions.add(OnnxWriter.node(domain, operator, operands, List.of(result), attributes));
    }
    return result;
  }

  /// What makes weights the graph's element type. These nodes are to be written before all others:
  /// ONNX Runtime orders nodes from the outputs back, and runs that input of a node first that was
  /// written last. Written beside their uses, two thirds of the text encoder's weights would be
  /// widened before its first layer runs.
  Collection<ProtoMessage> conversions() {
    return conversions;
  }

  Collection<ProtoMessage> inputs() {
    return inputs;
  }

  /// Those in files, each file where `location` says, and those that are given.
  List<ProtoMessage> initializers(Function<Path, String> location) {
    List<ProtoMessage> all = new ArrayList<>();
    inFiles
        .values()
        .forEach(entry ->
            all.add(OnnxWriter.external(entry, typeOf(entry), location.apply(entry.file()))));
    given.forEach((name, weight) -> all.add(OnnxWriter.given(name, weight.type(), weight.shape())));
    return all;
  }

  /// Those that whoever makes the session gives.
  Map<String, BoundWeight> given() {
    return Collections.unmodifiableMap(given);
  }

  /// Where those in files are.
  Set<Path> files() {
    return inFiles.values().stream().map(TensorEntry::file).collect(Collectors.toSet());
  }

  /// Those that became inputs, by the inputs' names.
  Map<String, BoundWeight> bound() {
    return Collections.unmodifiableMap(bound);
  }
}
