package io.inkstream.server.config;

import io.inkstream.engine.model.DefaultModel;
import io.inkstream.engine.model.QwenImageSnapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Which model to load.
///
/// @param path a snapshot's folder, or `owner/name` of one in the Hub cache
/// @param vaePath another folder for the VAE
public record ModelChoice(String path, Optional<Path> vaePath) {
  /// Checks the settings.
  ///
  /// @throws SettingException if a value is not allowed
  /// @throws io.inkstream.engine.weights.SnapshotException if no model is named and the pocket
  ///   model is missing
  public static ModelChoice from(SettingValues values) {
    return new ModelChoice(
        values.find(ModelEntries.MODEL_PATH).orElseGet(() -> pocketModel(values)),
        values.find(ModelEntries.VAE_PATH));
  }

  private static String pocketModel(SettingValues values) {
    String home = values.find(ModelEntries.HOME).orElse("");
    return DefaultModel.pocket(Path.of(home).toAbsolutePath()).toString();
  }

  /// The snapshot's folder.
  ///
  /// @throws io.inkstream.engine.weights.SnapshotException if there is no such model
  public Path folder() {
    return DefaultModel.resolve(Optional.of(path));
  }

  /// The model's name for people: as on the Hub, or the folder's.
  public String name() {
    return Files.exists(Path.of(path))
        ? String.valueOf(Path.of(path).toAbsolutePath().normalize().getFileName())
        : path;
  }

  /// @throws io.inkstream.engine.weights.SnapshotException if it is not there or damaged
  public QwenImageSnapshot open() {
    return QwenImageSnapshot.open(folder(), vaePath);
  }
}
