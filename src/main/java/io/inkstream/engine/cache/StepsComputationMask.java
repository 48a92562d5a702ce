package io.inkstream.engine.cache;

import static io.inkstream.engine.cache.InvalidCacheConfigException.require;

import java.util.List;

/// The steps of a request that must compute (1) and those that may reuse (0).
///
/// @param bits one character for each step: `1111110100…`
public record StepsComputationMask(String bits) {
  private static final int MAX_STEPS = 10_000;
  private static final String ALLOWED_BITS =
      "1s and 0s, one for each of 1 to " + MAX_STEPS + " steps";

  public StepsComputationMask {
    boolean fits = !bits.isEmpty() && bits.length() <= MAX_STEPS;
    require(
        fits && bits.chars().allMatch(bit -> bit == '0' || bit == '1'),
        "steps_computation_mask",
        "'" + bits.substring(0, Math.min(bits.length(), 100)) + "'",
        ALLOWED_BITS);
  }

  /// A mask of the library's, for that many steps; its last step computes.
  ///
  /// @throws InvalidCacheConfigException if there is none for so few steps
  public static StepsComputationMask preset(StepsMaskPreset preset, int steps) {
    requireSteps(steps);
    return new StepsComputationMask(preset.bits(steps));
  }

  /// Runs of computed and reused steps in turn, beginning with a computed one, cut to the steps.
  ///
  /// @throws InvalidCacheConfigException if a length is negative or the runs are too short
  public static StepsComputationMask ofBins(
      List<Integer> computeBins, List<Integer> cacheBins, int steps) {
    requireSteps(steps);
    requireLengths("scm_compute_bins", computeBins);
    requireLengths("scm_cache_bins", cacheBins);
    var bins = new StepBins(computeBins, cacheBins);
    require(
        bins.sum() >= steps,
        "scm_compute_bins",
        computeBins + " with scm_cache_bins " + cacheBins,
        "bins that add up to the request's %d steps or more, not %d".formatted(steps, bins.sum()));
    return new StepsComputationMask(bins.bits(steps));
  }

  /// Whether the step must compute; steps beyond the mask need not.
  boolean computes(int step) {
    return step < bits.length() && bits.charAt(step) == '1';
  }

  int leadingComputeSteps() {
    int zero = bits.indexOf('0');
    return zero < 0 ? bits.length() : zero;
  }

  private static void requireSteps(int steps) {
    require(steps >= 1 && steps <= MAX_STEPS, "num_inference_steps", steps, "1 to " + MAX_STEPS);
  }

  private static void requireLengths(String key, List<Integer> bins) {
    require(
        !bins.isEmpty() && bins.stream().allMatch(length -> length >= 0),
        key,
        bins,
        "one number or more, each 0 or more");
  }
}
