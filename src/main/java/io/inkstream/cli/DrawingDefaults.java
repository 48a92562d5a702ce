package io.inkstream.cli;

import io.inkstream.weights.ComponentConfig;
import io.inkstream.weights.ModelDirectory;
import io.inkstream.weights.TransformerConfig;
import java.nio.file.Path;

/// The size and the steps that a model knows, for who gives none.
///
/// Snapshots do not say at which size they were trained. A narrow transformer cannot have learnt
/// megapixels: below a width of 1,024 (Qwen-Image's is 3,072, the pocket model's 192) the defaults
/// are the pocket model's, 256x256 in 20 steps, else Qwen-Image's, 1024x1024 in 50.
record DrawingDefaults(int side, int steps) {
  private static final int NARROW = 1024;

  /// @throws io.inkstream.weights.SnapshotException if the folder is no snapshot
  static DrawingDefaults of(Path snapshot) {
    ModelDirectory.open(snapshot); // says best what a folder lacks
    var config = ComponentConfig.read(snapshot.resolve("transformer").resolve("config.json"));
    boolean narrow = TransformerConfig.from(config).innerDim() < NARROW;
    return narrow ? new DrawingDefaults(256, 20) : new DrawingDefaults(1024, 50);
  }
}
