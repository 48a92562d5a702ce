package io.inkstream.engine.graph;

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

  /// A module's name in this graph.
  String named(String module) {
    return binding == null ? module : module.substring(binding.prefix().length());
  }

  /// A weight in the graph's element type.
  String weight(TensorEntry entry) {
    if (binding != null) {
      return bind(named(entry.name()), List.of(entry));
    }
    if (entry.encoding().isDirect()) {
      inFiles.put(entry.name(), entry);
      return inElement(entry.name(), typeOf(entry));
    }
    given.put(entry.name(), new BoundWeight(List.of(entry), element));
    return entry.name();
  }

  /// Weights of one type and width as one weight, their rows one after the other, in the graph's
  /// element type: an input.
  ///
  /// @param stacked the input's name
  /// @throws SnapshotException if they come as they are stored, and that differs
  String stacked(String stacked, List<TensorEntry> entries) {
    return bind(stacked, entries);
  }

  private String bind(String input, List<TensorEntry> entries) {
    DType type = element;
    if (binding != null && binding.asStored()) {
      type = typeOf(entries.getFirst());
      requireLike(entries);
    }
    var weight = new BoundWeight(entries, type);
    if (bound.put(input, weight) == null) {
      Object[] extents = Arrays.stream(weight.shape().dims()).boxed().toArray();
      inputs.add(OnnxWriter.value(input, type, extents));
    }
    return inElement(input, type);
  }

  private static void requireLike(List<TensorEntry> entries) {
    TensorEntry first = entries.getFirst();
    for (TensorEntry entry : entries) {
      if (!entry.encoding().equals(first.encoding())) {
        throw new SnapshotException(
            entry.file(),
            "%s is %s, must be %s as %s"
                .formatted(entry.name(), entry.encoding(), first.encoding(), first.name()));
      }
    }
  }

  private static DType typeOf(TensorEntry entry) {
    return switch (entry.encoding()) {
      case Encoding.Plain(DType type) -> type;
      case Encoding.Scaled _, Encoding.Blocks _ ->
          throw new IllegalStateException(entry + " is not read as it is stored");
    };
  }

  private String inElement(String declared, DType type) {
    if (type == element) {
      return declared;
    }
    String result = declared + (element == DType.F32 ? ":f32" : ":bf16");
    if (converted.add(result)) {
      conversions.add(
          OnnxWriter.node(
              "",
              "Cast",
              List.of(declared),
              List.of(result),
              Map.of("to", OnnxWriter.dataType(element))));
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
