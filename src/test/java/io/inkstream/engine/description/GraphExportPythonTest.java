package io.inkstream.engine.description;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.inkstream.Goldens;
import io.inkstream.engine.description.GraphExport.Weights;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The exported graphs before ONNX's own checker, and their numbers in Python's ONNX Runtime.
///
/// Runs where `INKSTREAM_PYTHON`, a system property or variable, names a Python with the packages
/// of `src/test/python/requirements.txt`. The checker refuses files with a second hard link, so the
/// weights are copied.
class GraphExportPythonTest {
  private static final String PYTHON = "INKSTREAM_PYTHON";

  @TempDir private Path temp;

  static Stream<Path> snapshots() {
    return Stream.of(Path.of("src/test/resources/goldens/tiny"), Goldens.POCKET);
  }

  @ParameterizedTest
  @MethodSource("snapshots")
  void checkerAcceptsEveryGraphAndPythonComputesTheSame(Path path) throws Exception {
    checkExport(QwenImageSnapshot.open(path, Optional.empty()), python());
  }

  @Test
  void checkerAcceptsGraphsWhoseWeightsLayInSeveralFolders(@TempDir Path elsewhere)
      throws Exception {
    checkExport(SpreadSnapshot.in(elsewhere).open(), python());
  }

  private void checkExport(QwenImageSnapshot snapshot, String python) throws Exception {
    // Given
    var parts = GraphExport.write(snapshot, temp, Weights.COPIED);
    for (Path graph : graphs()) {
      try (var run = GraphRun.of(graph, snapshot.vaeConfig().spatialScale())) {
        run.writeNpz(Path.of(graph.toString().replace(".onnx", ".npz")));
      }
    }

    for (var part : parts) {
      // When
      String report = check(python, temp.resolve(part.name()));

      // Then
      assertThat(report.lines())
          .hasSize(part.graphs())
          .allMatch(line -> line.startsWith("ok ") && line.contains("largest relative difference"));
    }
  }

  @ParameterizedTest
  @MethodSource("snapshots")
  void checkerAcceptsGraphsInBfloat16(Path path) throws Exception {
    String python = python();
    // Given
    var snapshot = QwenImageSnapshot.open(path, Optional.empty());

    // When
    var parts = GraphExport.write(snapshot, temp, Weights.COPIED, DType.BF16);

    // Then
    for (var part : parts) {
      assertThat(check(python, temp.resolve(part.name())).lines())
          .hasSize(part.graphs())
          .allMatch(line -> line.startsWith("ok ") && line.endsWith("well formed"));
    }
  }

  private static String python() {
    String python =
        System.getProperty(PYTHON, Objects.requireNonNullElse(System.getenv(PYTHON), ""));
    assumeTrue(!python.isBlank(), "set " + PYTHON + " to a Python with onnx and onnxruntime");
    return python;
  }

  private List<Path> graphs() throws IOException {
    try (var files = Files.walk(temp)) {
      return files.filter(file -> file.toString().endsWith(".onnx")).toList();
    }
  }

  private static String check(String python, Path folder) throws Exception {
    var process =
        new ProcessBuilder(python, "src/test/python/check_export.py", folder.toString())
            .redirectErrorStream(true)
            .start();
    String report = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(report).isZero();
    return report;
  }
}
