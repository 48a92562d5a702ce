package io.inkstream.engine.snapshot;

import io.inkstream.engine.weights.TensorEntry;
import java.util.stream.Stream;

/// The tensors of a snapshot that run.
///
/// It may hold more than that: the text encoder's output layer, and its eyes where the model edits
/// no pictures. The embedding table is never loaded: its rows are read from its file.
public record RunWeights(QwenImageSnapshot snapshot) {
  /// What the names of the text encoder's eyes begin with.
  public static final String VISION = "visual.";

  private static final int VIDEO_KERNEL_RANK = 5;

  public Stream<TensorEntry> tensors() {
    return Stream.of(
            snapshot.transformer().tensors().values().stream(),
            snapshot.textEncoder().tensors().values().stream().filter(this::runsInTextEncoder),
            snapshot.vae().tensors().values().stream()
                .filter(tensor -> !tensor.name().contains(".time_conv.")))
        .flatMap(tensors -> tensors);
  }

  private boolean runsInTextEncoder(TensorEntry tensor) {
    return startsWith(tensor, "model.layers.", "model.norm.")
        || snapshot.pipelineClass().edits() && startsWith(tensor, VISION);
  }

  private static boolean startsWith(TensorEntry tensor, String... prefixes) {
    return Stream.of(prefixes).anyMatch(tensor.name()::startsWith);
  }

  /// Of a kernel over time, the last tap alone runs.
  public static long used(TensorEntry tensor) {
    var shape = tensor.shape();
    boolean video = shape.rank() == VIDEO_KERNEL_RANK;
    return video ? shape.elements() / Math.max(1, shape.dim(2)) : shape.elements();
  }
}
