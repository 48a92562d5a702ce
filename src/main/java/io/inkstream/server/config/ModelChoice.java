package io.inkstream.server.config;

import io.inkstream.engine.checkpoint.Part;
import io.inkstream.engine.pipeline.InputPictures;
import io.inkstream.engine.snapshot.DefaultModel;
import io.inkstream.engine.snapshot.ModelFiles;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// Which model to load.
///
/// @param path a snapshot's folder, or `owner/name` of one in the Hub cache
/// @param id its name, if one was given
/// @param parts folders and files for networks that come from elsewhere, likewise
public record ModelChoice(String path, Optional<String> id, Map<Part, String> parts) {
  public ModelChoice {
    parts = Map.copyOf(parts);
  }

  /// A model of a snapshot alone.
  public static ModelChoice of(String path) {
    return new ModelChoice(path, Optional.empty(), Map.of());
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
    return new ModelChoice(path, values.find(ModelEntries.MODEL_ID), parts);
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
    return DefaultModel.resolve(Optional.of(path));
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
    return open().pipelineClass().toString();
  }

  /// Whether it edits pictures, and draws none without one.
  ///
  /// @throws io.inkstream.engine.weights.SnapshotException if it is not there or damaged
  public boolean edits() {
    return open().pipelineClass().edits();
  }

  /// How many pictures a request may bring.
  ///
  /// @throws io.inkstream.engine.weights.SnapshotException if it is not there or damaged
  public int mostPictures() {
    return switch (open().pipelineClass()) {
      case QWEN_IMAGE, EDIT -> 1;
      case EDIT_PLUS -> InputPictures.MAX_PICTURES;
    };
  }

  /// @throws io.inkstream.engine.weights.SnapshotException if it is not there or damaged
  public QwenImageSnapshot open() {
    return QwenImageSnapshot.open(files());
  }
}
