package io.inkstream.engine.hub;

import io.inkstream.engine.weights.ComponentConfig;
import java.nio.file.Path;
import java.util.List;

/// `model_index.json`: which folders a pipeline consists of.
///
/// @param components their names
record PipelineIndex(List<String> components) {
  static final String FILE = "model_index.json";

  /// @throws io.inkstream.engine.weights.SnapshotException if it is damaged
  static PipelineIndex read(Path snapshot) {
    return new PipelineIndex(ComponentConfig.read(snapshot.resolve(FILE)).componentKeys());
  }
}
