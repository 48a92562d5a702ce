package io.inkstream.engine.weights;

import java.util.Arrays;
import java.util.stream.Collectors;

/// The pipelines of diffusers whose snapshots are read: `_class_name` of `model_index.json`.
public enum PipelineClass {
  /// Draws from words, and draws a picture anew.
  QWEN_IMAGE("QwenImagePipeline"),
  /// Edits a picture.
  EDIT("QwenImageEditPipeline"),
  /// Edits several pictures: Qwen-Image-Edit-2509 and 2511.
  EDIT_PLUS("QwenImageEditPlusPipeline"),
  /// Draws from words: Qwen-Image-2.1 and 2.1-Turbo.
  QWEN_IMAGE_21("QwenImage21Pipeline");

  private final String className;

  PipelineClass(String className) {
    this.className = className;
  }

  /// Whether it edits pictures, and does nothing without one.
  public boolean edits() {
    return switch (this) {
      case QWEN_IMAGE, QWEN_IMAGE_21 -> false;
      case EDIT, EDIT_PLUS -> true;
    };
  }

  /// Which networks its snapshots have.
  public Generation generation() {
    return switch (this) {
      case QWEN_IMAGE, EDIT, EDIT_PLUS -> Generation.QWEN_IMAGE;
      case QWEN_IMAGE_21 -> Generation.QWEN_IMAGE_21;
    };
  }

  /// @throws SnapshotException if the index names another
  static PipelineClass of(ComponentConfig index) {
    String name = index.text("_class_name");
    return Arrays.stream(values())
        .filter(known -> known.className.equals(name))
        .findFirst()
        .orElseThrow(() -> index.wrong("_class_name", allowed()));
  }

  private static String allowed() {
    return Arrays.stream(values()).map(known -> known.className).collect(Collectors.joining(", "))
        + ", this version runs no other";
  }

  /// `QwenImagePipeline`.
  @Override
  public String toString() {
    return className;
  }
}
