package io.inkstream.engine.weights;

import java.util.List;

/// The sizes of Qwen2.5-VL's vision tower, as `vision_config` of the text encoder's `config.json`
/// gives them.
///
/// @param depth blocks
/// @param hiddenSize features of a patch
/// @param intermediateSize features inside the MLP
/// @param numHeads heads
/// @param outHiddenSize features of a cell: the text encoder's
/// @param inChannels colours
/// @param patchSize pixels along an edge of a patch
/// @param temporalPatchSize frames of a patch
/// @param spatialMergeSize patches along an edge of a cell
/// @param windowSize pixels along an edge of a window of attention
/// @param fullAttentionBlocks those that attend to all patches
public record VisionConfig(
    int depth,
    int hiddenSize,
    int intermediateSize,
    int numHeads,
    int outHiddenSize,
    int inChannels,
    int patchSize,
    int temporalPatchSize,
    int spatialMergeSize,
    int windowSize,
    List<Integer> fullAttentionBlocks) {
  private static final int MERGE = 2;
  private static final int RGB = 3;

  public VisionConfig {
    fullAttentionBlocks = List.copyOf(fullAttentionBlocks);
  }

  /// Features of one head.
  public int headDim() {
    return hiddenSize / numHeads;
  }

  /// Numbers of a patch before the tower.
  public int patchFeatures() {
    return inChannels * temporalPatchSize * patchSize * patchSize;
  }

  /// Cells along an edge of a window.
  public int windowSide() {
    return windowSize / spatialMergeSize / patchSize;
  }

  /// Patches of a full window.
  public int windowPatches() {
    int side = windowSide() * spatialMergeSize;
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
            config.positiveInt("depth"),
            config.positiveInt("hidden_size"),
            config.positiveInt("intermediate_size"),
            config.positiveInt("num_heads"),
            config.positiveInt("out_hidden_size"),
            config.positiveInt("in_channels", config.positiveInt("in_chans", RGB)),
            config.positiveInt("patch_size"),
            config.positiveInt("temporal_patch_size"),
            config.positiveInt("spatial_merge_size"),
            config.positiveInt("window_size"),
            config.ints("fullatt_block_indexes"));
    read.check(config);
    return read;
  }

  private void check(ComponentConfig config) {
    config.require(
        hiddenSize % numHeads == 0 && headDim() % 4 == 0,
        "hidden_size",
        "a multiple of 4 num_heads = " + 4 * numHeads);
    config.require(inChannels == RGB, "in_channels", "3, this version runs no other");
    config.require(
        spatialMergeSize == MERGE, "spatial_merge_size", "2, this version runs no other");
    config.require(
        windowSide() >= 1 && windowSize % (spatialMergeSize * patchSize) == 0,
        "window_size",
        "a multiple of spatial_merge_size · patch_size = " + spatialMergeSize * patchSize);
    config.require(config.text("hidden_act", "silu").equals("silu"), "hidden_act", "silu");
  }
}
