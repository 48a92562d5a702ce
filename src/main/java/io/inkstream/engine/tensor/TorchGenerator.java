package io.inkstream.engine.tensor;

/// Normal noise as torch's CPU generator draws it: the same seed gives the same image.
///
/// Values agree with torch to 2e-6, not to the bit: torch's vector code uses polynomials of its own
/// for the logarithm, sine and cosine. Successive calls continue one sequence. Not for several
/// threads at once.
///
/// Source: ATen `DistributionTemplates.h`, `normal_fill` and `normal_distribution`.
public final class TorchGenerator {
  private static final int BLOCK = 16;
  private static final int HALF = BLOCK / 2;
  private static final float TWO_PI = (float) (2 * Math.PI);

  private final MersenneTwister engine;
  private double carried;
  private boolean hasCarried;

  /// As `torch.Generator().manual_seed(seed)`: seeds that agree in their low 32 bits are the same.
  public TorchGenerator(long seed) {
    engine = new MersenneTwister(seed);
  }

  /// As `torch.randn(n, generator=…)` in float32.
  ///
  /// @throws IllegalArgumentException if `n` is negative
  public float[] randn(int n) {
    return randn(n, DType.F32);
  }

  /// As `torch.randn(n, dtype=…, generator=…)`, widened to floats: each value is one that `type`
  /// can hold.
  ///
  /// @param type `F32`, `F16` or `BF16`
  /// @throws IllegalArgumentException if `n` is negative or the type another
  public float[] randn(int n, DType type) {
    if (!type.isWeight()) {
      throw new IllegalArgumentException("no noise of type " + type + ": use F32, F16 or BF16");
    }
    float[] values = new float[length(n)];
    if (n < BLOCK) {
      for (int i = 0; i < n; i++) {
        values[i] = (float) scalar();
      }
    } else {
      fill(values, type);
    }
    round(values, type);
    return values;
  }

  // float32 draws all n first, the half types whole blocks only: the tail's draws differ.
  private void fill(float[] values, DType type) {
    int whole = values.length - values.length % BLOCK;
    draw(values, 0, type == DType.F32 ? values.length : whole);
    Parts.each(whole / BLOCK, BLOCK, block -> toNormal(values, block * BLOCK));
    if (whole < values.length) {
      // The last 16 are drawn anew, over the end of the block before.
      int at = values.length - BLOCK;
      draw(values, at, values.length);
      toNormal(values, at);
    }
  }

  private void draw(float[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      values[i] = engine.uniformFloat();
    }
  }

  // Box-Muller; intermediate results are rounded to float32 where torch's are.
  private static void toNormal(float[] values, int at) {
    for (int i = at; i < at + HALF; i++) {
      float radius = (float) Math.sqrt(-2 * (float) Math.log(1 - values[i]));
      float theta = TWO_PI * values[i + HALF];
      values[i] = radius * (float) Math.cos(theta);
      values[i + HALF] = radius * (float) Math.sin(theta);
    }
  }

  // Pairs; the second value waits for the next scalar draw, and blocks neither use nor drop it.
  private double scalar() {
    if (hasCarried) {
      hasCarried = false;
      return carried;
    }
    double u1 = engine.uniformDouble();
    double u2 = engine.uniformDouble();
    double radius = Math.sqrt(-2 * Math.log1p(-u2));
    double theta = 2 * Math.PI * u1;
    carried = radius * Math.sin(theta);
    hasCarried = true;
    return radius * Math.cos(theta);
  }

  private static void round(float[] values, DType type) {
    if (type == DType.F32) {
      return;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] =
          type == DType.BF16
              ? BFloat16.round(values[i])
              : Float.float16ToFloat(Float.floatToFloat16(values[i]));
    }
  }

  private static int length(int n) {
    if (n < 0) {
      throw new IllegalArgumentException("cannot draw " + n + " values: 0 or more are allowed");
    }
    return n;
  }
}
