package io.inkstream.cli.commands;

import io.inkstream.engine.model.DefaultModel;
import io.inkstream.engine.model.QwenImageSnapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which model a command works on.
final class ModelOptions {
  @Option(
      names = "--model-path",
      paramLabel = "MODEL",
      description =
          "A snapshot's folder, or the name of a model in the Hub cache such as Qwen/Qwen-Image."
              + " Default: the pocket model that comes with Inkstream.")
  private @Nullable String modelPath;

  @Option(
      names = "--vae-path",
      paramLabel = "DIR",
      description = "Another folder for the VAE. Default: the model's own.")
  private @Nullable Path vaePath;

  /// The snapshot's folder.
  ///
  /// @throws io.inkstream.engine.weights.SnapshotException if there is no such model
  Path path() {
    return DefaultModel.resolve(Optional.ofNullable(modelPath));
  }

  Optional<Path> vaePath() {
    return Optional.ofNullable(vaePath);
  }

  /// The model's name for people: as on the Hub, or the folder's.
  String name() {
    if (modelPath != null && !Files.exists(Path.of(modelPath))) {
      return modelPath;
    }
    return String.valueOf(path().toAbsolutePath().normalize().getFileName());
  }

  QwenImageSnapshot open() {
    return QwenImageSnapshot.open(path(), vaePath());
  }
}
