package io.inkstream.engine.model;

import io.inkstream.engine.weights.HubCache;
import io.inkstream.engine.weights.SnapshotException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Which snapshot a command works on.
///
/// Without a name it is the pocket model that comes with the program, under the folder that the
/// system property `inkstream.home` names, else under the working directory.
public final class DefaultModel {
  private static final String NAME = "qwen-image-pocket";

  private DefaultModel() {}

  /// The snapshot's folder.
  ///
  /// @param given a folder, or a model's `owner/name` on the Hub
  /// @throws SnapshotException if there is no such snapshot on this disk
  public static Path resolve(Optional<String> given) {
    return given
        .map(name -> HubCache.resolve(name, System.getenv()))
        .orElseGet(() -> pocket(Path.of(System.getProperty("inkstream.home", ""))));
  }

  /// The pocket model's folder.
  ///
  /// @param home the installation
  /// @throws SnapshotException if it is not there
  public static Path pocket(Path home) {
    var places =
        List.of(
            home.resolve("src").resolve("main").resolve("models").resolve(NAME),
            home.resolve("models").resolve(NAME));
    return places.stream()
        .filter(Files::isDirectory)
        .findFirst()
        .orElseThrow(() ->
            new SnapshotException(
                home.toAbsolutePath(),
                "has no models/" + NAME + "; name a model with --model-path"));
  }
}
