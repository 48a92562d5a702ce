package io.inkstream.engine.snapshot;

import io.inkstream.engine.checkpoint.Part;
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
  private static final String PUBLISHED = "qwen-image";

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

  /// The snapshot's folder.
  ///
  /// @param given a folder, or a model's `owner/name` on the Hub
  /// @param revision of that; empty: its main branch
  /// @throws SnapshotException if there is no such snapshot on this disk
  public static Path snapshot(String given, Optional<String> revision) {
    return HubCache.resolve(given, revision, System.getenv());
  }

  /// Where one of its networks lies.
  ///
  /// @param given a folder or a file, or `owner/name` or `owner/name/FILE` of one on the Hub
  /// @throws SnapshotException if there is none on this disk
  public static Path resolve(Part part, String given) {
    return resolve(part.label(), given);
  }

  /// A file or folder with weights, likewise.
  ///
  /// @param what it is, for messages
  public static Path resolve(String what, String given) {
    return HubCache.resolveFile(what, given, System.getenv());
  }

  /// The pocket model's folder.
  ///
  /// @param home the installation
  /// @throws SnapshotException if it is not there
  public static Path pocket(Path home) {
    return shipped(home, NAME);
  }

  /// The folder of what is published of Qwen-Image beside its weights: configurations, tokenizer.
  ///
  /// @throws SnapshotException if it is not there
  public static Path published() {
    return published(Path.of(System.getProperty("inkstream.home", "")));
  }

  /// The same of an installation.
  ///
  /// @throws SnapshotException if it is not there
  public static Path published(Path home) {
    return shipped(home, PUBLISHED);
  }

  private static Path shipped(Path home, String name) {
    var places =
        List.of(
            home.resolve("src").resolve("main").resolve("models").resolve(name),
            home.resolve("models").resolve(name));
    return places.stream()
        .filter(Files::isDirectory)
        .findFirst()
        .orElseThrow(() ->
            new SnapshotException(
                home.toAbsolutePath(),
                "has no models/" + name + "; name a model with --model-path"));
  }
}
