package io.inkstream.engine.description;

import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/// Writes all graphs of a snapshot as ONNX files: `transformer/block_00.onnx`, …,
/// `text_encoder/text_encoder.onnx`, `vae/decoder.onnx`.
///
/// A graph locates its weights by a file's name, and readers refuse locations that leave the
/// graph's folder or follow symbolic links. So each weights file, wherever it lies, gets a second
/// name beside the graphs, a hard link (the same bytes, nothing copied), or a copy. The name is
/// that of the real file, with a number where two have the same; in a Hub cache this is a hash.
/// ONNX Runtime takes links, `onnx.checker` does not.
public final class GraphExport {
  private static final List<String> PARTS = List.of("transformer", "text_encoder", "vae");

  /// How the weights come to lie beside the graphs.
  public enum Weights {
    LINKED,
    COPIED
  }

  /// What was written of one part.
  ///
  /// @param graphBytes of all its graphs together
  /// @param weightBytes of the files that were linked or copied
  public record Part(String name, int graphs, long graphBytes, int weightFiles, long weightBytes) {}

  private final QwenImageSnapshot snapshot;
  private final Path output;
  private final Weights weights;
  private final DType element;

  private GraphExport(QwenImageSnapshot snapshot, Path output, Weights weights, DType element) {
    this.snapshot = snapshot;
    this.output = output;
    this.weights = weights;
    this.element = element;
  }

  /// Writes a snapshot's graphs. All are built before the folder is touched.
  ///
  /// @param output a folder that is new, empty, or an earlier export, whose files are replaced
  /// @throws io.inkstream.engine.weights.SnapshotException if the snapshot lacks a tensor
  /// @throws ExportException if `output` is another folder or cannot be written
  public static List<Part> write(QwenImageSnapshot snapshot, Path output, Weights weights) {
    return write(snapshot, output, weights, DType.F32);
  }

  /// As above.
  ///
  /// @param element in which transformer and text encoder compute, `F32` or `BF16`
  public static List<Part> write(
      QwenImageSnapshot snapshot, Path output, Weights weights, DType element) {
    return new GraphExport(snapshot, output, weights, element).write();
  }

  private List<Part> write() {
    Map<String, List<OnnxModel>> graphs = new LinkedHashMap<>();
    PARTS.forEach(part -> graphs.put(part, snapshot.graphs(part, element)));
    graphs.values().forEach(models -> models.forEach(GraphExport::requireInFiles));
    try {
      var folder = ExportFolder.open(output, sources(graphs));
      requireSpace(graphs);
      List<Part> parts = new ArrayList<>();
      for (var part : graphs.entrySet()) {
        parts.add(write(folder, part.getKey(), part.getValue()));
      }
      return parts;
    } catch (IOException e) {
      throw failed("output is " + output + ": " + reason(e));
    }
  }

  private static void requireInFiles(OnnxModel model) {
    model.given().values().stream()
        .map(weight -> weight.entries().getFirst())
        .findFirst()
        .ifPresent(weight -> {
          throw failed(
              "%s: %s is %s, must be F32, F16 or BF16: other programs' graphs read nothing else"
                  .formatted(weight.file(), weight.name(), weight.encoding()));
        });
  }

  private void requireSpace(Map<String, List<OnnxModel>> graphs) throws IOException {
    if (weights == Weights.LINKED) {
      return;
    }
    long needed = 0;
    for (List<OnnxModel> models : graphs.values()) {
      for (Path file : files(models)) {
        needed += Files.size(file);
      }
    }
    long free = Files.getFileStore(output).getUsableSpace();
    if (needed > free) {
      throw failed(
          "output is %s: the weights take %d MB, %d MB are free there; --no-copy-weights links them"
              .formatted(output, needed / 1_000_000, free / 1_000_000));
    }
  }

  private List<Path> sources(Map<String, List<OnnxModel>> graphs) throws IOException {
    Set<Path> sources = new TreeSet<>();
    sources.add(snapshot.path().toRealPath());
    for (var models : graphs.values()) {
      for (Path file : files(models)) {
        sources.add(Objects.requireNonNull(file.getParent()).toRealPath());
      }
    }
    return List.copyOf(sources);
  }

  private Part write(ExportFolder folder, String part, List<OnnxModel> graphs) throws IOException {
    Map<Path, String> names = names(files(graphs));
    long graphBytes = 0;
    for (OnnxModel graph : graphs) {
      // Never through an existing file: that could be the snapshot's own under a second name.
      Path file = folder.add(part, graph.name() + ".onnx");
      byte[] bytes = graph.bytes(weights -> Objects.requireNonNull(names.get(weights)));
      Files.write(file, bytes, StandardOpenOption.CREATE_NEW);
      graphBytes += bytes.length;
    }
    long weightBytes = 0;
    for (var file : names.entrySet()) {
      place(file.getKey(), folder.add(part, file.getValue()));
      weightBytes += Files.size(file.getKey());
    }
    return new Part(part, graphs.size(), graphBytes, names.size(), weightBytes);
  }

  private static Set<Path> files(List<OnnxModel> graphs) {
    Set<Path> files = new TreeSet<>();
    graphs.forEach(graph -> files.addAll(graph.weightFiles()));
    return files;
  }

  /// Each file's name in the part's folder.
  private static Map<Path, String> names(Set<Path> files) {
    Map<Path, String> names = new LinkedHashMap<>();
    for (Path file : files) {
      String name = file.getFileName().toString();
      String free = name;
      for (int number = 2; names.containsValue(free); number++) {
        free = number + "-" + name;
      }
      names.put(file, free);
    }
    return names;
  }

  private void place(Path file, Path target) throws IOException {
    switch (weights) {
      case COPIED -> Files.copy(file, target);
      case LINKED -> link(file, target);
    }
  }

  private static void link(Path file, Path target) {
    try {
      Files.createLink(target, file);
    } catch (IOException | UnsupportedOperationException e) {
      String why = e instanceof IOException failure ? reason(failure) : "not supported here";
      throw failed(
          file + " cannot be hard-linked to " + target + " (" + why + "): use --copy-weights");
    }
  }

  private static ExportException failed(String message) {
    return new ExportException(message);
  }

  private static String reason(IOException failure) {
    return switch (failure) {
      case AccessDeniedException denied -> "permission denied: " + denied.getFile();
      case NoSuchFileException missing -> "cannot create " + missing.getFile();
      case FileSystemException system when system.getReason() != null -> system.getReason();
      default -> failure.toString();
    };
  }
}
