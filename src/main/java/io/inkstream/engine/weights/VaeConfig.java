package io.inkstream.engine.weights;

import java.util.List;
import java.util.stream.IntStream;

/// The sizes of `AutoencoderKLQwenImage` or `AutoencoderKLQwenImage21`, as its `config.json` gives
/// them.
///
/// @param generation which of the two
/// @param pictureChannels of a picture: 3, or 4 with transparency
/// @param baseDim channels of the encoder's outermost stage
/// @param decoderBaseDim channels of the decoder's outermost stage
/// @param zDim latent channels
/// @param dimMult channels of each stage, in multiples of `baseDim`, outermost first
/// @param numResBlocks residual blocks of a stage
/// @param temperalDownsample whether each of the encoder's downsamplers also halves time
/// @param latentsMean per latent channel
/// @param latentsStd per latent channel, positive
public record VaeConfig(
    Generation generation,
    int pictureChannels,
    int baseDim,
    int decoderBaseDim,
    int zDim,
    List<Integer> dimMult,
    int numResBlocks,
    List<Boolean> temperalDownsample,
    List<Double> latentsMean,
    List<Double> latentsStd) {
  private static final String CLASS = "AutoencoderKLQwenImage";
  private static final String CLASS_21 = "AutoencoderKLQwenImage21";
  private static final int MOST_STAGES = 8;
  private static final int RGB = 3;
  private static final int RGBA = 4;

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

  /// Channels of the encoder before a level, or after the last one.
  public int encoderChannels(int level) {
    return baseDim * (level == 0 ? 1 : dimMult.get(level - 1));
  }

  /// Frames of which a level of the encoder makes one: 1 or 2.
  public int frames(int level) {
    return level < temperalDownsample.size() && temperalDownsample.get(level) ? 2 : 1;
  }

  /// Reads and checks the configuration.
  ///
  /// @throws SnapshotException if a value is wrong, or the network is one that this version does
  ///   not run
  public static VaeConfig from(ComponentConfig config) {
    VaeConfig read =
        switch (config.className()) {
          case CLASS -> qwenImage(config);
          case CLASS_21 -> qwenImage21(config);
          default -> throw config.wrong("_class_name", CLASS + " or " + CLASS_21);
        };
    read.check(config);
    return read;
  }

  private static VaeConfig qwenImage(ComponentConfig config) {
    requireChannels(config, "input_channels", RGB);
    return read(config, Generation.QWEN_IMAGE, RGB, config.positiveInt("base_dim"));
  }

  private static VaeConfig qwenImage21(ComponentConfig config) {
    requireChannels(config, "in_channels", RGBA);
    requireChannels(config, "out_channels", RGBA);
    config.require(
        config.flag("is_residual", true), "is_residual", "true, this version runs no other");
    config.require(!config.has("patch_size"), "patch_size", "null, this version runs no other");
    int decoderBase = config.positiveInt("decoder_base_dim");
    return read(config, Generation.QWEN_IMAGE_21, RGBA, decoderBase);
  }

  private static void requireChannels(ComponentConfig config, String key, int channels) {
    config.require(
        config.positiveInt(key, channels) == channels,
        key,
        channels + ", this version runs no other");
  }

  private static VaeConfig read(
      ComponentConfig config, Generation generation, int pictureChannels, int decoderBaseDim) {
    config.require(
        !config.has("attn_scales") || config.numbers("attn_scales").isEmpty(),
        "attn_scales",
        "[], this version runs no other");
    return new VaeConfig(
        generation,
        pictureChannels,
        config.positiveInt("base_dim"),
        decoderBaseDim,
        config.positiveInt("z_dim"),
        config.ints("dim_mult"),
        config.positiveInt("num_res_blocks"),
        config.flags("temperal_downsample"),
        config.numbers("latents_mean"),
        config.numbers("latents_std"));
  }

  private int widest() {
    return Math.max(baseDim, decoderBaseDim);
  }

  /// Whether each level of the encoder's can be means of what comes before it.
  private boolean isAveraged() {
    return IntStream.range(0, dimMult.size())
        .allMatch(level ->
            (long) encoderChannels(level) * frames(level) % encoderChannels(level + 1) == 0);
  }

  private void check(ComponentConfig config) {
    config.require(
        !dimMult.isEmpty()
            && dimMult.size() <= MOST_STAGES
            && dimMult.stream().allMatch(m -> m > 0 && (long) m * widest() <= Integer.MAX_VALUE),
        "dim_mult",
        "1 to " + MOST_STAGES + " positive multiples of base_dim");
    config.require(
        generation != Generation.QWEN_IMAGE_21 || isAveraged(),
        "dim_mult",
        "such that each level's channels are a divisor of the channels and frames before it");
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
