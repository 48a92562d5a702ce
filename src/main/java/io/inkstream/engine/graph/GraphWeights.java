package io.inkstream.engine.graph;

import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
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

/// The weights of one graph: they lie in their files, or are inputs that whoever runs the graph
/// binds. A graph reads them in its element type, whatever they are stored in.
final class GraphWeights {
  private final DType element;
  private final @Nullable String boundPrefix;
  private final Map<String, TensorEntry> inFiles = new LinkedHashMap<>();
  private final Map<String, List<TensorEntry>> bound = new LinkedHashMap<>();
  private final List<ProtoMessage> inputs = new ArrayList<>();
  private final Set<String> converted = new HashSet<>();
  private final List<ProtoMessage> conversions = new ArrayList<>();

  /// @param element in which the graph computes
  /// @param boundPrefix the weights become inputs, named without this prefix; null leaves them in
  ///   their files
  GraphWeights(DType element, @Nullable String boundPrefix) {
    this.element = element;
    this.boundPrefix = boundPrefix;
  }

  /// Whether weights become inputs, as on a device.
  boolean areInputs() {
    return boundPrefix != null;
  }

  /// A module's name in this graph.
  String named(String module) {
    return boundPrefix == null ? module : module.substring(boundPrefix.length());
  }

  /// A weight in the graph's element type.
  String weight(TensorEntry entry) {
    if (boundPrefix != null) {
      String input = named(entry.name());
      bind(input, List.of(entry));
      return inElement(input, entry.encoding());
    }
    inFiles.put(entry.name(), entry);
    return inElement(entry.name(), entry.encoding());
  }

  /// Weights of one type and width as one weight, their rows one after the other, in the graph's
  /// element type: an input.
  ///
  /// @param stacked the input's name
  /// @throws SnapshotException if their types differ
  String stacked(String stacked, List<TensorEntry> entries) {
    TensorEntry first = entries.getFirst();
    for (TensorEntry entry : entries) {
      if (!entry.encoding().equals(first.encoding())) {
        throw new SnapshotException(
            entry.file(),
            "%s is %s, must be %s as %s"
                .formatted(entry.name(), entry.encoding(), first.encoding(), first.name()));
      }
    }
    bind(stacked, entries);
    return inElement(stacked, first.encoding());
  }

  private void bind(String input, List<TensorEntry> entries) {
    if (bound.put(input, entries) == null) {
      Object[] extents = Arrays.stream(rows(entries).dims()).boxed().toArray();
      inputs.add(OnnxWriter.value(input, entries.getFirst().encoding().type(), extents));
    }
  }

  private static Shape rows(List<TensorEntry> entries) {
    long[] extents = entries.getFirst().shape().dims();
    if (extents.length > 0) {
      extents[0] = entries.stream().mapToLong(entry -> entry.shape().dim(0)).sum();
    }
    return new Shape(extents);
  }

  private String inElement(String declared, Encoding encoding) {
    return switch (encoding) {
      case Encoding.Plain(DType type) -> cast(declared, type);
    };
  }

  private String cast(String declared, DType type) {
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

  /// Those in files, each file where `location` says.
  List<ProtoMessage> initializers(Function<Path, String> location) {
    return inFiles.values().stream()
        .map(entry -> OnnxWriter.external(entry, location.apply(entry.file())))
        .toList();
  }

  /// Where those in files are.
  Set<Path> files() {
    return inFiles.values().stream().map(TensorEntry::file).collect(Collectors.toSet());
  }

  /// Those that became inputs, by the inputs' names; of several, the rows one after the other.
  Map<String, List<TensorEntry>> bound() {
    return Collections.unmodifiableMap(bound);
  }
}
