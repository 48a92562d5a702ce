package io.inkstream.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.inkstream.engine.image.PngEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The folder of a run: `run.json` says what was run, `results.csv` holds a line for each trial,
/// `pictures` what was drawn. `perf/cache/report.py` makes tables and plots of it.
final class Results {
  private static final PngEncoder PNG = new PngEncoder();

  private final Path folder;
  private final Path csv;
  private final List<String> lines;

  private Results(Path folder, boolean goesOn) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.csv = folder.resolve("results.csv");
    this.lines = new ArrayList<>(goesOn && Files.exists(csv) ? Files.readAllLines(csv) : List.of());
    if (lines.isEmpty()) {
      Files.writeString(csv, Trial.HEADER + "\n");
    }
  }

  /// Begins anew.
  static Results in(Path folder) throws IOException {
    return new Results(folder, false);
  }

  /// Keeps what an interrupted run has measured.
  static Results goingOnIn(Path folder) throws IOException {
    return new Results(folder, true);
  }

  /// @param run versions and conditions
  void describe(JsonNode run) throws IOException {
    Files.writeString(folder.resolve("run.json"), run.toPrettyString() + "\n");
  }

  boolean has(Scene scene) {
    String cells = "," + Trial.cells(scene) + ",";
    return lines.stream().anyMatch(line -> line.contains(cells));
  }

  void add(List<Trial> trials) throws IOException {
    for (Trial trial : trials) {
      draw(trial.fullPicture(), trial.full());
      draw(trial.picture(), trial.own());
    }
    List<String> added = trials.stream().map(Trial::line).toList();
    Files.write(csv, added, StandardOpenOption.APPEND);
    lines.addAll(added);
  }

  private void draw(String name, Drawing drawing) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    Files.write(file, PNG.encode(drawing.pixels(), Map.of()));
  }
}
