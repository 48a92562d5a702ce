package io.inkstream.engine.weights;

/// The sizes that the vision towers of Qwen2.5-VL and Qwen3-VL have in common, as `vision_config`
/// of the text encoder's `config.json` gives them.
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
public record VisionSizes(
    int depth,
    int hiddenSize,
    int intermediateSize,
    int numHeads,
    int outHiddenSize,
    int inChannels,
    int patchSize,
    int temporalPatchSize,
    int spatialMergeSize) {
  private static final int MERGE = 2;
  private static final int RGB = 3;

  /// Features of one head.
  public int headDim() {
    return hiddenSize / numHeads;
  }

  /// Numbers of a patch before the tower.
  public int patchFeatures() {
    return inChannels * temporalPatchSize * patchSize * patchSize;
  }

  /// Features of a cell's patches side by side.
  public int cellFeatures() {
    return hiddenSize * spatialMergeSize * spatialMergeSize;
  }

  /// @param config `vision_config`
  /// @param activation the only one that is run
  /// @throws SnapshotException if a value is wrong, or the tower is one that this version does not
  ///   run
  static VisionSizes from(ComponentConfig config, String activation) {
    VisionSizes read =
        new VisionSizes(
            config.positiveInt("depth"),
            config.positiveInt("hidden_size"),
            config.positiveInt("intermediate_size"),
            config.positiveInt("num_heads"),
            config.positiveInt("out_hidden_size"),
            config.positiveInt("in_channels", config.positiveInt("in_chans", RGB)),
            config.positiveInt("patch_size"),
            config.positiveInt("temporal_patch_size"),
            config.positiveInt("spatial_merge_size"));
    read.check(config);
    config.require(
        config.text("hidden_act", activation).equals(activation), "hidden_act", activation);
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
  }
}
