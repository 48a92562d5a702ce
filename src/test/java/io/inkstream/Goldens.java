package io.inkstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.engine.weights.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A folder of golden cases and the snapshot that they were made with.
///
/// `-Dgoldens=DIR -Dgoldens.snapshot=DIR` puts another pair in the place of the project's own.
public record Goldens(Path folder, Path snapshot) {
  private static final Path RESOURCES = Path.of("src/test/resources/goldens");
  private static final ObjectMapper JSON = new ObjectMapper();

  /// The shipped model.
  public static final Path POCKET = Path.of("src/main/models/qwen-image-pocket");

  /// One case: its entry in `index.json` and its tensors.
  public record Case(String name, JsonNode entry, Path file, Path snapshot) {
    /// What was asked for.
    public JsonNode settings() {
      return entry.get("case");
    }

    public SafetensorsFile tensors() {
      return SafetensorsFile.open(file);
    }

    /// Whether the pocket model drew it.
    public boolean isPocket() {
      return snapshot.getFileName().toString().contains("pocket");
    }

    /// The settings' text or list of texts.
    public List<String> texts(String key) {
      JsonNode node = settings().path(key);
      List<String> texts = new ArrayList<>();
      if (node.isArray()) {
        node.forEach(text -> texts.add(text.asText()));
      } else if (node.isTextual()) {
        texts.add(node.asText());
      }
      return texts;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /// The folders to test: the tiny model's and the pocket model's, or the one that was asked for.
  public static List<Goldens> all() {
    String folder = System.getProperty("goldens", "");
    String snapshot = System.getProperty("goldens.snapshot", "");
    if (!folder.isEmpty()) {
      return List.of(
          new Goldens(
              Path.of(folder), snapshot.isEmpty() ? RESOURCES.resolve("tiny") : Path.of(snapshot)));
    }
    return List.of(
        new Goldens(RESOURCES.resolve("public"), RESOURCES.resolve("tiny")),
        new Goldens(RESOURCES.resolve("pocket"), POCKET));
  }

  /// All cases of the folder, in the order of its `index.json`.
  public Stream<Case> cases() {
    try {
      JsonNode cases = JSON.readTree(folder.resolve("index.json").toFile()).get("cases");
      List<Case> all = new ArrayList<>();
      cases
          .properties()
          .forEach(entry ->
              all.add(
                  new Case(
                      entry.getKey(),
                      entry.getValue(),
                      folder.resolve(entry.getKey() + ".safetensors"),
                      snapshot)));
      return all.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
