package io.inkstream.engine.snapshot;

import io.inkstream.engine.request.Guidance;
import io.inkstream.engine.request.Trained;
import io.inkstream.engine.weights.ComponentConfig;
import io.inkstream.engine.weights.ModelDirectory;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.engine.weights.TransformerConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The size, the steps and the guidance that a model knows, for who gives none.
///
/// Snapshots do not say at which size they were trained. A narrow transformer cannot have learnt
/// megapixels: below a width of 1,024 (Qwen-Image's is 3,072, the pocket model's 192) the defaults
/// are the pocket model's, 256x256 in 20 steps, else Qwen-Image's, 1024x1024 in 50;
/// Qwen-Image-2.1's are 40 steps without guidance, and the Turbo model's those that it was trained
/// for.
///
/// @param side of a square picture, in pixels
/// @param trained what else it was trained for
public record DrawingDefaults(int side, Trained trained) {
  private static final int NARROW = 1024;
  private static final int SMALL_SIDE = 256;
  private static final int SIDE = 1024;
  private static final Trained POCKET = Trained.QWEN_IMAGE.withSteps(20);
  private static final Trained QWEN_IMAGE_21 = new Trained(new Guidance(40, 1), false, true);

  /// The defaults of a snapshot.
  ///
  /// @throws SnapshotException if the folder is no snapshot
  public static DrawingDefaults of(Path snapshot) {
    var directory = ModelDirectory.open(snapshot);
    var config = ComponentConfig.read(snapshot.resolve("transformer").resolve("config.json"));
    boolean narrow = TransformerConfig.from(config).innerDim() < NARROW;
    var trained =
        switch (directory.pipelineClass().generation()) {
          case QWEN_IMAGE -> narrow ? POCKET : Trained.QWEN_IMAGE;
          case QWEN_IMAGE_21 -> ofSigmas(directory.sampleSigmas());
        };
    return new DrawingDefaults(narrow ? SMALL_SIDE : SIDE, trained);
  }

  private static Trained ofSigmas(List<Double> own) {
    return own.isEmpty() ? QWEN_IMAGE_21 : new Trained(new Guidance(own.size(), 1), true, true);
  }

  /// As [#of]; Qwen-Image's for a model that cannot be read: loading it says why.
  ///
  /// @param revision of a model on the Hub; empty: its main branch
  public static DrawingDefaults ofModel(String modelPath, Optional<String> revision) {
    try {
      return of(DefaultModel.snapshot(modelPath, revision));
    } catch (SnapshotException e) {
      return new DrawingDefaults(SIDE, Trained.QWEN_IMAGE);
    }
  }
}
