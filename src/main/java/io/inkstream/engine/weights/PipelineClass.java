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
  EDIT_PLUS("QwenImageEditPlusPipeline");

  private final String className;

  PipelineClass(String className) {
    this.className = className;
  }

  /// Whether it edits pictures, and does nothing without one.
  public boolean edits() {
    return this != QWEN_IMAGE;
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
