package io.inkstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.engine.weights.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/// A folder of golden cases and the snapshot that they were made with.
///
/// `-Dgoldens=DIR -Dgoldens.snapshot=DIR` puts another pair in the place of the project's own.
public record Goldens(Path folder, Path snapshot) {
  private static final Path RESOURCES = Path.of("src/test/resources/goldens");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Map<Path, Path> LINKED = new ConcurrentHashMap<>();
  private static final int LONGEST_LINK = 100;
  private static final String EDIT_21 = "edit_2step_2img";

  /// The shipped model.
  public static final Path POCKET = Path.of("src/main/models/qwen-image-pocket");

  /// One case: its entry in `index.json` and its tensors.
  public record Case(String name, JsonNode entry, Path file, Path snapshot) {
    /// What was asked for.
    public JsonNode settings() {
      return entry.path("case").isMissingNode() ? entry : entry.get("case");
    }

    public SafetensorsFile tensors() {
      return SafetensorsFile.open(file);
    }

    /// The pipeline that made it: `t2i`, `edit`, …; Qwen-Image-2.1's cases name their snapshot.
    public String kind() {
      if (settings().has("output_resolution")) {
        return "edit-2.1";
      }
      if (settings().has("root")) {
        return "t2i-2.1";
      }
      return settings().path("pipeline").asText("t2i");
    }

    /// Whether the reference computed it in bfloat16, which has 8 bits, and not in float32.
    public boolean isHalf() {
      String type = settings().path("dtype").asText("float32");
      return switch (type) {
        case "float32" -> false;
        case "bfloat16" -> true;
        default -> throw new IllegalArgumentException(name + " was computed in " + type);
      };
    }

    /// The tolerance for its type.
    public double tolerance(double single, double half) {
      return isHalf() ? half : single;
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
        new Goldens(RESOURCES.resolve("pocket"), POCKET),
        new Goldens(RESOURCES.resolve("qwen21/out"), RESOURCES.resolve("qwen21/tiny21")));
  }

  /// Skips the test if another folder has nothing of what it is about. The project's own must have.
  public static void assumeRecorded(Collection<?> found) {
    boolean isOwn = System.getProperty("goldens", "").isEmpty();
    assertThat(!found.isEmpty() || !isOwn).as("recorded in the project's goldens").isTrue();
    Assumptions.assumeFalse(found.isEmpty(), "nothing recorded");
  }

  /// A test for each case of all folders. A case of a pipeline that is not here is skipped.
  public static Stream<DynamicTest> tests(Consumer<Case> check) {
    return tests(_ -> true, check);
  }

  /// The same of those cases that have what the test is about.
  public static Stream<DynamicTest> tests(Predicate<Case> has, Consumer<Case> check) {
    return all().stream()
        .flatMap(Goldens::cases)
        .filter(has)
        .map(golden ->
            DynamicTest.dynamicTest(
                golden.name(),
                () -> {
                  Assumptions.assumeTrue(
                      golden.kind().equals("t2i"), () -> "a case of the pipeline " + golden.kind());
                  check.accept(golden);
                }));
  }

  /// A test for each case of these pipelines.
  public static Stream<DynamicTest> tests(
      Set<String> kinds, Predicate<Case> has, Consumer<Case> check) {
    return all().stream()
        .flatMap(Goldens::cases)
        .filter(golden -> kinds.contains(golden.kind()) && has.test(golden))
        .map(golden -> DynamicTest.dynamicTest(golden.name(), () -> check.accept(golden)));
  }

  private Path snapshotOf(JsonNode entry) {
    return entry.has("root") ? linked(folder.resolveSibling(entry.get("root").asText())) : snapshot;
  }

  /// A snapshot, or one with links in the place of texts: git writes `../tiny21/vae` into a file
  /// where it may make no links.
  private static Path linked(Path snapshot) {
    Path text = snapshot.resolve("transformer");
    return Files.isRegularFile(text) ? LINKED.computeIfAbsent(snapshot, Goldens::link) : snapshot;
  }

  private static Path link(Path snapshot) {
    try (var entries = Files.list(snapshot)) {
      Path linked = Files.createTempDirectory("snapshot");
      for (Path entry : entries.toList()) {
        Path target = entry;
        if (Files.isRegularFile(entry) && Files.size(entry) < LONGEST_LINK) {
          target = snapshot.resolve(Files.readString(entry).strip()).normalize();
        }
        Path link = linked.resolve(entry.getFileName());
        Files.createSymbolicLink(link, (Files.exists(target) ? target : entry).toAbsolutePath());
      }
      return linked;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// All cases of the folder, in the order of its `index.json`.
  public Stream<Case> cases() {
    return Stream.concat(indexed(), edit());
  }

  /// The one edit of Qwen-Image-2.1, whose index is a file of its own.
  private Stream<Case> edit() {
    Path index = folder.resolve("edit_index.json");
    if (!Files.exists(index)) {
      return Stream.empty();
    }
    try {
      return Stream.of(
          new Case(
              EDIT_21,
              JSON.readTree(index.toFile()),
              folder.resolve(EDIT_21 + ".safetensors"),
              folder.resolveSibling("tiny21")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Stream<Case> indexed() {
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
                      snapshotOf(entry.getValue()))));
      return all.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
