package io.inkstream.engine.snapshot;

import io.inkstream.engine.weights.ComponentConfig;
import io.inkstream.engine.weights.ModelDirectory;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.engine.weights.TransformerConfig;
import java.nio.file.Path;
import java.util.Optional;

/// The size and the steps that a model knows, for who gives none.
///
/// Snapshots do not say at which size they were trained. A narrow transformer cannot have learnt
/// megapixels: below a width of 1,024 (Qwen-Image's is 3,072, the pocket model's 192) the defaults
/// are the pocket model's, 256x256 in 20 steps, else Qwen-Image's, 1024x1024 in 50.
///
/// @param side of a square picture, in pixels
public record DrawingDefaults(int side, int steps) {
  private static final int NARROW = 1024;
  private static final DrawingDefaults POCKET = new DrawingDefaults(256, 20);
  private static final DrawingDefaults QWEN_IMAGE = new DrawingDefaults(1024, 50);

  /// The defaults of a snapshot.
  ///
  /// @throws SnapshotException if the folder is no snapshot
  public static DrawingDefaults of(Path snapshot) {
    ModelDirectory.open(snapshot); // says best what a folder lacks
    var config = ComponentConfig.read(snapshot.resolve("transformer").resolve("config.json"));
    boolean narrow = TransformerConfig.from(config).innerDim() < NARROW;
    return narrow ? POCKET : QWEN_IMAGE;
  }

  /// As [#of]; Qwen-Image's for a model that cannot be read: loading it says why.
  ///
  /// @param revision of a model on the Hub; empty: its main branch
  public static DrawingDefaults ofModel(String modelPath, Optional<String> revision) {
    try {
      return of(DefaultModel.snapshot(modelPath, revision));
    } catch (SnapshotException e) {
      return QWEN_IMAGE;
    }
  }
}
