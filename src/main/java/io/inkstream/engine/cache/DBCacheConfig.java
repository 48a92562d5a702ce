package io.inkstream.engine.cache;

import static io.inkstream.engine.cache.InvalidCacheConfigException.require;

import java.util.Optional;
import java.util.OptionalDouble;

/// When to reuse, with the names and meanings of cache-dit's class of this name.
///
/// The first Fn blocks of a forward always run: how much their residual (what they add to the image
/// stream) differs from that of the last computed forward tells whether the middle blocks run. The
/// last Bn blocks always run.
///
/// @param fnComputeBlocks Fn, 1 or more
/// @param bnComputeBlocks Bn, 0 or more
/// @param residualDiffThreshold reuse below this relative difference; 0 never, 1 always
/// @param maxWarmupSteps the first steps compute; with a mask at most its leading run of 1s
/// @param warmupInterval of the warm-up's steps only each so-manieth must compute
/// @param maxCachedSteps reused steps of a branch at most; -1 is no limit
/// @param maxContinuousCachedSteps reused steps in a row at most; -1 is no limit
/// @param maxAccumulatedResidualDiff no reuse once a branch's differences add up to this
/// @param separateCfg whether the branches of guidance have a state each
/// @param cfgComputeFirst the guidance branch is the first forward of a step
/// @param cfgDiffComputeSeparate false: the guidance branch takes the other's difference
/// @param mask steps that must compute
/// @param policy for the steps that the mask does not compute
/// @param calibrator predicts what is reused
public record DBCacheConfig(
    int fnComputeBlocks,
    int bnComputeBlocks,
    double residualDiffThreshold,
    int maxWarmupSteps,
    int warmupInterval,
    int maxCachedSteps,
    int maxContinuousCachedSteps,
    OptionalDouble maxAccumulatedResidualDiff,
    SeparateCfg separateCfg,
    boolean cfgComputeFirst,
    boolean cfgDiffComputeSeparate,
    Optional<StepsComputationMask> mask,
    StepsComputationPolicy policy,
    CalibratorConfig calibrator) {
  public DBCacheConfig {
    requireAtLeast(1, "Fn_compute_blocks", fnComputeBlocks);
    requireAtLeast(0, "Bn_compute_blocks", bnComputeBlocks);
    requireNumber("residual_diff_threshold", residualDiffThreshold);
    requireAtLeast(0, "max_warmup_steps", maxWarmupSteps);
    requireAtLeast(1, "warmup_interval", warmupInterval);
    requireLimit("max_cached_steps", maxCachedSteps);
    requireLimit("max_continuous_cached_steps", maxContinuousCachedSteps);
    maxAccumulatedResidualDiff.ifPresent(
        limit -> requireNumber("max_accumulated_residual_diff_threshold", limit));
    require(
        !cfgComputeFirst || !cfgDiffComputeSeparate || separateCfg == SeparateCfg.NEVER,
        "cfg_compute_first",
        true,
        "false while cfg_diff_compute_separate is true");
  }

  /// What SGLang sets: F1B0, 4 warm-up steps, threshold 0.24, 3 reused steps in a row.
  public static DBCacheConfig sglangDefaults() {
    return cacheDitDefaults().toBuilder()
        .fnComputeBlocks(1)
        .maxWarmupSteps(4)
        .residualDiffThreshold(0.24)
        .maxContinuousCachedSteps(3)
        .build();
  }

  /// What the library sets: F8B0, 8 warm-up steps, threshold 0.08, no limits.
  public static DBCacheConfig cacheDitDefaults() {
    return new DBCacheConfigBuilder().build();
  }

  /// A builder that starts from these settings.
  public DBCacheConfigBuilder toBuilder() {
    return new DBCacheConfigBuilder(this);
  }

  /// Checks that a transformer has the blocks that always run.
  ///
  /// @throws InvalidCacheConfigException if not
  public void requireFits(int transformerBlocks) {
    require(
        fnComputeBlocks <= transformerBlocks,
        "Fn_compute_blocks",
        fnComputeBlocks,
        "at most %d, the transformer's blocks".formatted(transformerBlocks));
    require(
        bnComputeBlocks <= transformerBlocks - fnComputeBlocks,
        "Bn_compute_blocks",
        bnComputeBlocks,
        "at most %d: the transformer has %d blocks and Fn_compute_blocks is %d"
            .formatted(transformerBlocks - fnComputeBlocks, transformerBlocks, fnComputeBlocks));
  }

  /// Checks that no forecast looks into the elements of residuals, where these stay on a device.
  ///
  /// @throws InvalidCacheConfigException if one does
  public void requireElementsUnseen() {
    require(
        !(calibrator instanceof CalibratorConfig.Dmd),
        "enable_dmd",
        true,
        "false on a device, where the residuals stay: enable_taylorseer works there");
  }

  /// Whether a decision ever compares residuals.
  boolean measuresDiffs() {
    boolean isStatic = mask.isPresent() && policy == StepsComputationPolicy.STATIC;
    return !isStatic && residualDiffThreshold > 0 && residualDiffThreshold < 1;
  }

  /// Whether the text stream matters after the middle blocks: only if blocks follow.
  boolean keepsText() {
    return bnComputeBlocks > 0;
  }

  /// Whether the step is one of those that the warm-up computes.
  boolean warmsUpAt(int step) {
    int masked = mask.map(StepsComputationMask::leadingComputeSteps).orElse(Integer.MAX_VALUE);
    return step < Math.min(maxWarmupSteps, masked) && step % warmupInterval == 0;
  }

  private static void requireAtLeast(int least, String key, int value) {
    require(value >= least, key, value, least + " or more");
  }

  private static void requireLimit(String key, int value) {
    require(value >= -1, key, value, "0 or more, or -1 for no limit");
  }

  private static void requireNumber(String key, double value) {
    require(value >= 0 && value <= Double.MAX_VALUE, key, value, "a number of 0 or more");
  }
}
