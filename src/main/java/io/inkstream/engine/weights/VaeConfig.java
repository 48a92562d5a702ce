package io.inkstream.engine.weights;

import java.util.List;

/// The sizes of `AutoencoderKLQwenImage`, as its `config.json` gives them.
///
/// @param baseDim channels of the outermost stage
/// @param zDim latent channels
/// @param dimMult channels of each stage, in multiples of `baseDim`, outermost first
/// @param numResBlocks residual blocks of a stage
/// @param temperalDownsample whether each of the encoder's downsamplers also halves time
/// @param latentsMean per latent channel
/// @param latentsStd per latent channel, positive
public record VaeConfig(
    int baseDim,
    int zDim,
    List<Integer> dimMult,
    int numResBlocks,
    List<Boolean> temperalDownsample,
    List<Double> latentsMean,
    List<Double> latentsStd) {
  private static final String CLASS = "AutoencoderKLQwenImage";
  private static final int MOST_STAGES = 8;
  private static final int RGB = 3;

  public VaeConfig {
    dimMult = List.copyOf(dimMult);
    temperalDownsample = List.copyOf(temperalDownsample);
    latentsMean = List.copyOf(latentsMean);
    latentsStd = List.copyOf(latentsStd);
  }

  /// Pixels along an edge of one latent pixel.
  public int spatialScale() {
    return 1 << temperalDownsample.size();
  }

  /// Reads and checks the configuration.
  ///
  /// @throws SnapshotException if a value is wrong, or the network is one that this version does
  ///   not run
  public static VaeConfig from(ComponentConfig config) {
    config.require(config.className().equals(CLASS), "_class_name", CLASS);
    config.require(
        config.positiveInt("input_channels", RGB) == RGB,
        "input_channels",
        "3, this version runs no other");
    config.require(
        !config.has("attn_scales") || config.numbers("attn_scales").isEmpty(),
        "attn_scales",
        "[], this version runs no other");
    VaeConfig read =
        new VaeConfig(
            config.positiveInt("base_dim"),
            config.positiveInt("z_dim"),
            config.ints("dim_mult"),
            config.positiveInt("num_res_blocks"),
            config.flags("temperal_downsample"),
            config.numbers("latents_mean"),
            config.numbers("latents_std"));
    read.check(config);
    return read;
  }

  private void check(ComponentConfig config) {
    config.require(
        !dimMult.isEmpty()
            && dimMult.size() <= MOST_STAGES
            && dimMult.stream().allMatch(m -> m > 0 && (long) m * baseDim <= Integer.MAX_VALUE),
        "dim_mult",
        "1 to " + MOST_STAGES + " positive multiples of base_dim");
    config.require(
        temperalDownsample.size() == dimMult.size() - 1,
        "temperal_downsample",
        "one shorter than dim_mult = " + dimMult);
    config.require(latentsMean.size() == zDim, "latents_mean", "z_dim = " + zDim + " numbers");
    config.require(
        latentsStd.size() == zDim && latentsStd.stream().allMatch(std -> std > 0),
        "latents_std",
        "z_dim = " + zDim + " positive numbers");
  }
}
