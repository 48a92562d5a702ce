package io.inkstream.engine.snapshot;

import io.inkstream.engine.weights.TensorEntry;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The tensors of a snapshot that run.
///
/// It may hold more than that: the text encoder's output layer, and its eyes where the model edits
/// no pictures. The embedding table is never loaded: its rows are read from its file.
public record RunWeights(QwenImageSnapshot snapshot) {
  /// What the names of the text encoder's eyes begin with.
  public static final String VISION = "visual.";

  private static final String BLOCKS = "transformer_blocks.";
  private static final int VIDEO_KERNEL_RANK = 5;

  public Stream<TensorEntry> tensors() {
    return Stream.of(transformer(), textEncoder(), imageEncoder(), vae())
        .flatMap(tensors -> tensors);
  }

  public Stream<TensorEntry> transformer() {
    return snapshot.transformer().tensors().values().stream();
  }

  /// Without its eyes.
  public Stream<TensorEntry> textEncoder() {
    return snapshot.textEncoder().tensors().values().stream()
        .filter(tensor -> startsWith(tensor, "model.layers.", "model.norm."));
  }

  /// The text encoder's eyes, where the model edits pictures.
  public Stream<TensorEntry> imageEncoder() {
    return snapshot.seesPictures()
        ? snapshot.textEncoder().tensors().values().stream()
            .filter(tensor -> startsWith(tensor, VISION))
        : Stream.empty();
  }

  public Stream<TensorEntry> vae() {
    return snapshot.vae().tensors().values().stream()
        .filter(tensor -> !tensor.name().contains(".time_conv."));
  }

  /// Whether one of the transformer's runs once a schedule: a third of Qwen-Image's.
  public static boolean areOnceASchedule(TensorEntry tensor) {
    return tensor.name().contains("_mod.")
        || startsWith(tensor, "time_text_embed.", "modulation.", "norm_out.");
  }

  /// Whether one of the transformer's is in no block and runs at every step.
  public static boolean areAtAnEnd(TensorEntry tensor) {
    return !startsWith(tensor, BLOCKS) && !areOnceASchedule(tensor);
  }

  /// Whether one of the transformer's is of that block and runs at every step.
  public static Predicate<TensorEntry> areOfBlock(int block) {
    return tensor -> startsWith(tensor, BLOCKS + block + ".") && !areOnceASchedule(tensor);
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
