package io.inkstream.engine.weights;

import java.util.List;

/// Qwen2.5-VL's vision tower, as `vision_config` of the text encoder's `config.json` gives it.
///
/// @param windowSize pixels along an edge of a window of attention
/// @param fullAttentionBlocks those that attend to all patches
public record VisionConfig(VisionSizes sizes, int windowSize, List<Integer> fullAttentionBlocks) {
  public VisionConfig {
    fullAttentionBlocks = List.copyOf(fullAttentionBlocks);
  }

  /// Cells along an edge of a window.
  public int windowSide() {
    return windowSize / sizes.spatialMergeSize() / sizes.patchSize();
  }

  /// Patches of a full window.
  public int windowPatches() {
    int side = windowSide() * sizes.spatialMergeSize();
    return side * side;
  }

  /// Whether a block attends to all patches, and not within windows.
  public boolean attendsToAll(int block) {
    return fullAttentionBlocks.contains(block);
  }

  /// Reads and checks the configuration.
  ///
  /// @param textEncoder the text encoder's
  /// @throws SnapshotException if there is none, a value is wrong, or the tower is one that this
  ///   version does not run
  public static VisionConfig from(ComponentConfig textEncoder) {
    ComponentConfig config = textEncoder.object("vision_config");
    VisionConfig read =
        new VisionConfig(
            VisionSizes.from(config, "silu"),
            config.positiveInt("window_size"),
            config.ints("fullatt_block_indexes"));
    int cell = read.sizes.spatialMergeSize() * read.sizes.patchSize();
    config.require(
        read.windowSide() >= 1 && read.windowSize % cell == 0,
        "window_size",
        "a multiple of spatial_merge_size · patch_size = " + cell);
    return read;
  }
}
