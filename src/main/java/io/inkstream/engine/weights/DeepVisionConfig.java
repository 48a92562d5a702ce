package io.inkstream.engine.weights;

import java.util.List;

/// Qwen3-VL's vision tower, as `vision_config` of the text encoder's `config.json` gives it.
///
/// @param positionSide learnt positions along each axis, between which a picture's patches lie
/// @param deepBlocks blocks whose results go into the text encoder's first layers, the first one's
///   into the first
public record DeepVisionConfig(VisionSizes sizes, int positionSide, List<Integer> deepBlocks) {
  public DeepVisionConfig {
    deepBlocks = List.copyOf(deepBlocks);
  }

  /// Reads and checks the configuration.
  ///
  /// @param textEncoder the text encoder's
  /// @throws SnapshotException if there is none, a value is wrong, or the tower is one that this
  ///   version does not run
  public static DeepVisionConfig from(ComponentConfig textEncoder) {
    ComponentConfig config = textEncoder.object("vision_config");
    int positions = config.positiveInt("num_position_embeddings");
    var read =
        new DeepVisionConfig(
            VisionSizes.from(config, "gelu_pytorch_tanh"),
            (int) Math.round(Math.sqrt(positions)),
            config.ints("deepstack_visual_indexes"));
    config.require(
        read.positionSide * read.positionSide == positions,
        "num_position_embeddings",
        "a square number");
    int depth = read.sizes.depth();
    config.require(
        read.deepBlocks.stream().allMatch(block -> block >= 0 && block < depth)
            && read.deepBlocks.equals(read.deepBlocks.stream().distinct().sorted().toList()),
        "deepstack_visual_indexes",
        "rising numbers of blocks, below depth = " + depth);
    return read;
  }
}
