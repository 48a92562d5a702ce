package io.inkstream.cli;

import io.inkstream.model.DefaultModel;
import io.inkstream.model.QwenImageSnapshot;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which model a command works on.
final class ModelOptions {
  @Option(
      names = "--model-path",
      paramLabel = "PATH",
      description =
          "A snapshot's folder, or owner/name of a model in the Hugging Face cache. Default: the"
              + " model that comes with Inkstream.")
  private @Nullable String modelPath;

  @Option(
      names = "--vae-path",
      paramLabel = "PATH",
      description = "Another folder for the VAE. Default: the model's own.")
  private @Nullable Path vaePath;

  QwenImageSnapshot open() {
    Path model = DefaultModel.resolve(Optional.ofNullable(modelPath));
    return QwenImageSnapshot.open(model, Optional.ofNullable(vaePath));
  }
}
