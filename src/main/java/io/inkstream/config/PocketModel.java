package io.inkstream.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The small model that comes with the code.
final class PocketModel {
  private static final List<String> PLACES =
      List.of("src/main/models/qwen-image-pocket", "models/qwen-image-pocket");

  private PocketModel() {}

  /// Its folder, below the installation or else the working directory.
  ///
  /// @throws SettingException if it is in neither place
  static Path find(Optional<String> home) {
    Path root = Path.of(home.orElse("")).toAbsolutePath();
    return PLACES.stream()
        .map(root::resolve)
        .filter(Files::isDirectory)
        .findFirst()
        .orElseThrow(() ->
            new SettingException(
                "inkstream.model-path (INKSTREAM_MODEL_PATH) is not given, and %s has no %s"
                    .formatted(root, String.join(" or ", PLACES))));
  }
}
