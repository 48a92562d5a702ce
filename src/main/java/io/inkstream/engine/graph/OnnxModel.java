package io.inkstream.engine.graph;

import io.inkstream.engine.weights.SnapshotException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A graph in ONNX form whose weights lie in files of a snapshot, in one folder or in several.
public final class OnnxModel {
  private static final Path NOWHERE = Path.of("");

  private final String name;
  private final Set<String> inputs;
  private final Set<Path> weightFiles;
  private final Path weightsFolder;
  private final Map<String, BoundWeight> given;
  private final List<AdaptedLinear> linears;
  private final BiFunction<Function<Path, String>, Operators, byte[]> writer;

  /// @param inputs that are no weights
  /// @param given weights that no graph reads as they are stored
  /// @param linears beside which adapters may stand
  /// @param writer gives the `ModelProto` with each file of weights where the function says
  OnnxModel(
      String name,
      Set<String> inputs,
      Set<Path> weightFiles,
      Map<String, BoundWeight> given,
      List<AdaptedLinear> linears,
      BiFunction<Function<Path, String>, Operators, byte[]> writer) {
    this.name = name;
    this.inputs = Set.copyOf(inputs);
    this.weightFiles = Set.copyOf(weightFiles);
    this.weightsFolder = common(this.weightFiles);
    this.given = Map.copyOf(given);
    this.linears = List.copyOf(linears);
    this.writer = writer;
  }

  /// The part of the network, fit for a file name: `block_07`.
  public String name() {
    return name;
  }

  /// What a run of it takes, but for weights.
  public Set<String> inputs() {
    return inputs;
  }

  /// The linear layers beside which adapters may stand: none, unless it was written for adapters.
  public List<AdaptedLinear> linears() {
    return linears;
  }

  /// The weights that whoever makes a session of it gives to the session, by their names: those
  /// that no graph reads as they are stored.
  public Map<String, BoundWeight> given() {
    return given;
  }

  /// The files of the other weights, empty if the graph has none.
  public Set<Path> weightFiles() {
    return weightFiles;
  }

  /// The innermost folder that all of them lie in, at whatever depth: ONNX Runtime takes a location
  /// below one folder, and none that leaves it.
  public Path weightsFolder() {
    return weightsFolder;
  }

  /// The `ModelProto`; weights are located from [#weightsFolder] on.
  public byte[] bytes() {
    return bytes(Operators.ALL);
  }

  /// The same of other operators.
  public byte[] bytes(Operators operators) {
    return writer.apply(
        file -> weightsFolder.relativize(file).toString().replace('\\', '/'), operators);
  }

  /// The `ModelProto` with each file of weights at the location that the function says.
  public byte[] bytes(Function<Path, String> location) {
    return writer.apply(location, Operators.ALL);
  }

  private static Path common(Set<Path> files) {
    Path common = null;
    for (Path file : new TreeSet<>(files)) {
      common = common(common, file);
    }
    return Objects.requireNonNullElse(common, NOWHERE);
  }

  private static Path common(@Nullable Path folder, Path file) {
    Path common = folder == null ? file.getParent() : folder;
    while (common != null && !file.startsWith(common)) {
      common = common.getParent();
    }
    if (common == null) {
      throw new SnapshotException(
          file, "must lie on one drive with the other weights in " + folder);
    }
    return common;
  }
}
