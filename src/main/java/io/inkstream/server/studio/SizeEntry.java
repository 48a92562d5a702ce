package io.inkstream.server.studio;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/// A size to draw at.
///
/// @param ratio of its sides, in words
@RegisterForReflection
@Schema(name = "StudioSize")
record SizeEntry(int width, int height, String ratio) {
  /// Those of Qwen-Image's model card.
  private static final List<SizeEntry> OF_QWEN_IMAGE =
      List.of(
          new SizeEntry(1328, 1328, "1:1"),
          new SizeEntry(1664, 928, "16:9"),
          new SizeEntry(928, 1664, "9:16"),
          new SizeEntry(1472, 1104, "4:3"),
          new SizeEntry(1104, 1472, "3:4"),
          new SizeEntry(1584, 1056, "3:2"),
          new SizeEntry(1056, 1584, "2:3"));

  private static final int SIDE = 1328;

  /// Sizes of a model that was trained on squares of so many pixels a side: Qwen-Image's own, made
  /// larger or smaller together.
  ///
  /// @param unit pixels that both sides are a multiple of
  static List<SizeEntry> of(int side, int unit) {
    return OF_QWEN_IMAGE.stream().map(size -> size.scaled(side, unit)).toList();
  }

  private SizeEntry scaled(int side, int unit) {
    return new SizeEntry(scaled(width, side, unit), scaled(height, side, unit), ratio);
  }

  private static int scaled(int length, int side, int unit) {
    return Math.max(1, Math.round((float) length * side / SIDE / unit)) * unit;
  }
}
