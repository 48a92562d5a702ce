package io.inkstream.config;

/// What a request gets that does not say it: steps and size are the model's, the rest diffusers'.
public record SamplingDefaults(int numInferenceSteps, PictureSize size) {
  public static final String NEGATIVE_PROMPT = " ";
  public static final double TRUE_CFG_SCALE = 4.0;
  public static final int MAX_SEQUENCE_LENGTH = 512;

  private static final String POCKET = "qwen-image-pocket";
  private static final SamplingDefaults OF_POCKET =
      new SamplingDefaults(20, new PictureSize(256, 256));
  private static final SamplingDefaults OF_OTHERS =
      new SamplingDefaults(50, new PictureSize(1024, 1024));

  /// The defaults of a model: those it was trained for.
  ///
  /// @param name the last part of its path
  public static SamplingDefaults of(String name) {
    return name.equals(POCKET) ? OF_POCKET : OF_OTHERS;
  }
}
