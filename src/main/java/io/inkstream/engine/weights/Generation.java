package io.inkstream.engine.weights;

/// Which networks a model of the family has: those of a snapshot are all of one.
public enum Generation {
  /// Qwen-Image and its editing models: Qwen2.5-VL, double-stream blocks, a VAE of scale 8.
  QWEN_IMAGE(16),
  /// Qwen-Image-2.1 and 2.1-Turbo: Qwen3-VL, single-stream blocks behind a causal prefix, a VAE of
  /// scale 16 with transparency.
  QWEN_IMAGE_21(32);

  private final int sideUnit;

  Generation(int sideUnit) {
    this.sideUnit = sideUnit;
  }

  /// Pixels that both sides of the published models' pictures are a multiple of.
  public int sideUnit() {
    return sideUnit;
  }
}
