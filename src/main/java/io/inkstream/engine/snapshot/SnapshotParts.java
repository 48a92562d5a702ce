package io.inkstream.engine.snapshot;

import io.inkstream.engine.checkpoint.Checkpoint;
import io.inkstream.engine.checkpoint.Part;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.ComponentConfig;
import io.inkstream.engine.weights.FolderListing;
import io.inkstream.engine.weights.Generation;
import io.inkstream.engine.weights.ModelDirectory;
import io.inkstream.engine.weights.SnapshotException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Finds what a model consists of: each network where it is said to be, the rest in the snapshot,
/// and what that lacks beside weights in the published configuration.
///
/// @param directory the snapshot
record SnapshotParts(ModelFiles files, ModelDirectory directory) {
  private static final String CONFIG = "config.json";
  private static final String SCHEDULER = "scheduler/scheduler_config.json";
  private static final String TOKENIZER = "tokenizer";
  private static final String PROCESSOR = "processor";

  /// A network.
  ///
  /// @throws SnapshotException if it is missing, damaged or of another form
  Component of(Part part) {
    Path path = files.of(part);
    if (!files.parts().containsKey(part) && !hasWeights(path)) {
      throw new SnapshotException(
          path,
          "%s; give the %s with --%s, or a snapshot that has it with --model-path"
              .formatted(
                  Files.exists(path) ? "has no weights" : "is missing",
                  part.label(),
                  part.setting()));
    }
    return Checkpoint.open(path, part, () -> config(part), directory.pipelineClass().edits());
  }

  private Generation generation() {
    return directory.pipelineClass().generation();
  }

  private static boolean hasWeights(Path folder) {
    return Files.isDirectory(folder)
        && FolderListing.of(folder).names().stream()
            .anyMatch(name -> name.contains(".safetensors") || name.endsWith(".gguf"));
  }

  private ComponentConfig config(Part part) {
    return ComponentConfig.read(ownOrPublished(part.folder() + "/" + CONFIG));
  }

  ComponentConfig scheduler() {
    return ComponentConfig.read(ownOrPublished(SCHEDULER));
  }

  Path tokenizer() {
    return switch (generation()) {
      case QWEN_IMAGE -> ownOrPublished(TOKENIZER);
      case QWEN_IMAGE_21 -> ownOrPublished(PROCESSOR);
    };
  }

  private Path ownOrPublished(String name) {
    Path own = directory.path().resolve(name);
    return switch (generation()) {
      case QWEN_IMAGE -> Files.exists(own) ? own : DefaultModel.published().resolve(name);
      case QWEN_IMAGE_21 -> own; // nothing of it comes with the program
    };
  }
}
