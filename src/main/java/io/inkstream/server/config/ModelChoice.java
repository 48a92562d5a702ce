package io.inkstream.server.config;

import io.inkstream.engine.checkpoint.Part;
import io.inkstream.engine.hub.Wanted;
import io.inkstream.engine.request.InputPictures;
import io.inkstream.engine.snapshot.DefaultModel;
import io.inkstream.engine.snapshot.ModelFiles;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.weights.HubName;
import io.inkstream.engine.weights.ModelDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which model to load.
///
/// @param path a snapshot's folder, or `owner/name` of one of the Hub
/// @param id its name, if one was given
/// @param parts folders and files for networks that come from elsewhere, likewise
/// @param revision of the snapshot on the Hub; empty: its main branch
public record ModelChoice(
    String path, Optional<String> id, Map<Part, String> parts, Optional<String> revision) {
  public ModelChoice {
    parts = Map.copyOf(parts);
  }

  /// A model of a snapshot alone.
  public static ModelChoice of(String path) {
    return new ModelChoice(path, Optional.empty(), Map.of(), Optional.empty());
  }

  /// Checks the settings.
  ///
  /// @throws SettingException if a value is not allowed
  /// @throws io.inkstream.engine.weights.SnapshotException if no model is named and the pocket
  ///   model is missing
  public static ModelChoice from(SettingValues values) {
    Map<Part, String> parts = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      values.find(setting(part)).ifPresent(path -> parts.put(part, path));
    }
    String path =
        values
            .find(ModelEntries.MODEL_PATH)
            .orElseGet(() -> shipped(values, parts.containsKey(Part.TRANSFORMER)));
    return new ModelChoice(
        path, values.find(ModelEntries.MODEL_ID), parts, values.find(ModelEntries.REVISION));
  }

  /// The same with another snapshot.
  public ModelChoice at(String other) {
    return new ModelChoice(other, id, parts, revision);
  }

  private static Setting<String> setting(Part part) {
    return switch (part) {
      case TRANSFORMER -> ModelEntries.TRANSFORMER_PATH;
      case TEXT_ENCODER -> ModelEntries.TEXT_ENCODER_PATH;
      case VAE -> ModelEntries.VAE_PATH;
    };
  }

  private static String shipped(SettingValues values, boolean withoutWeights) {
    String home = values.find(ModelEntries.HOME).orElse("");
    Path installation = Path.of(home).toAbsolutePath();
    Path model =
        withoutWeights ? DefaultModel.published(installation) : DefaultModel.pocket(installation);
    return model.toString();
  }

  /// What of it lies on the Hub, as it is named.
  Stream<Wanted> onHub() {
    Set<String> networks =
        Stream.of(Part.values())
            .filter(part -> !parts.containsKey(part))
            .map(Part::folder)
            .collect(Collectors.toSet());
    return Stream.concat(
        HubName.ofRepository(path)
            .map(name -> (Wanted) new Wanted.Model(name.repository(), revision, networks))
            .stream(),
        parts.values().stream().flatMap(part -> HubName.of(part).stream()).map(Wanted::of));
  }

  /// Where all of it lies.
  ///
  /// @throws io.inkstream.engine.weights.SnapshotException if there is no such model
  public ModelFiles files() {
    Map<Part, Path> paths = new EnumMap<>(Part.class);
    parts.forEach((part, path) -> paths.put(part, DefaultModel.resolve(part, path)));
    return new ModelFiles(folder(), paths);
  }

  /// The snapshot's folder.
  ///
  /// @throws io.inkstream.engine.weights.SnapshotException if there is no such model
  public Path folder() {
    return DefaultModel.snapshot(path, revision);
  }

  /// The model's name for people: as it was given, as on the Hub, or the folder's.
  public String name() {
    return id.orElseGet(this::nameOfPath);
  }

  private String nameOfPath() {
    return Files.exists(Path.of(path))
        ? String.valueOf(Path.of(path).toAbsolutePath().normalize().getFileName())
        : path;
  }

  /// The class of its pipeline, as diffusers names it.
  ///
  /// @throws io.inkstream.engine.weights.SnapshotException if it is not there or damaged
  public String pipelineClass() {
    return ModelDirectory.open(folder()).pipelineClass().toString();
  }

  /// Whether it changes pictures as it is told: without a mask and a strength.
  ///
  /// @throws io.inkstream.engine.weights.SnapshotException if it is not there or damaged
  public boolean edits() {
    return switch (ModelDirectory.open(folder()).pipelineClass()) {
      case QWEN_IMAGE -> false;
      case EDIT, EDIT_PLUS, QWEN_IMAGE_21 -> true;
    };
  }

  /// Whether it draws from words alone.
  ///
  /// @throws io.inkstream.engine.weights.SnapshotException if it is not there or damaged
  public boolean draws() {
    return !ModelDirectory.open(folder()).pipelineClass().edits();
  }

  /// Pixels that both sides of its pictures are a multiple of.
  ///
  /// @throws io.inkstream.engine.weights.SnapshotException if it is not there or damaged
  public int sideUnit() {
    return ModelDirectory.open(folder()).pipelineClass().generation().sideUnit();
  }

  /// How many pictures a request may bring.
  ///
  /// @throws io.inkstream.engine.weights.SnapshotException if it is not there or damaged
  public int mostPictures() {
    return switch (ModelDirectory.open(folder()).pipelineClass()) {
      case QWEN_IMAGE, EDIT -> 1;
      case EDIT_PLUS, QWEN_IMAGE_21 -> InputPictures.MAX_PICTURES;
    };
  }

  /// @throws io.inkstream.engine.weights.SnapshotException if it is not there or damaged
  public QwenImageSnapshot open() {
    return QwenImageSnapshot.open(files());
  }
}
