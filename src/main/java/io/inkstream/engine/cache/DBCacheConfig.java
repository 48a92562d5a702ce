package io.inkstream.engine.cache;

import static io.inkstream.engine.cache.CacheDitKey.*;
import static io.inkstream.engine.cache.InvalidCacheConfigException.require;

import java.util.Optional;

/// When to reuse, with cache-dit's meanings: a value for every [CacheDitKey], and the mask that
/// they come to at a request's steps.
///
/// The first Fn blocks of a forward always run: how much their residual (what they add to the image
/// stream) differs from that of the last computed forward tells whether the middle blocks run. The
/// last Bn blocks always run.
///
/// @param params a value for each key
/// @param mask steps that must compute
/// @param cfgDiffComputeSeparate false: the guidance branch takes the other's difference
public record DBCacheConfig(
    CacheDitParams params, Optional<StepsComputationMask> mask, boolean cfgDiffComputeSeparate) {
  public DBCacheConfig {
    params = params.complete();
  }

  /// What SGLang sets: F1B0, 4 warm-up steps, threshold 0.24, 3 reused steps in a row.
  public static DBCacheConfig sglangDefaults() {
    return new DBCacheConfig(CacheDitParams.NONE, Optional.empty(), true);
  }

  /// What the library sets: F8B0, 8 warm-up steps, threshold 0.08, no limits.
  public static DBCacheConfig cacheDitDefaults() {
    return sglangDefaults()
        .with(FN_COMPUTE_BLOCKS, 8)
        .with(MAX_WARMUP_STEPS, 8)
        .with(RESIDUAL_DIFF_THRESHOLD, 0.08)
        .with(MAX_CONTINUOUS_CACHED_STEPS, -1);
  }

  /// The same with another value.
  ///
  /// @throws InvalidCacheConfigException if it is not allowed
  public <T> DBCacheConfig with(CacheDitKey<T> key, T value) {
    return new DBCacheConfig(params.with(key, value), mask, cfgDiffComputeSeparate);
  }

  /// The same with another mask.
  public DBCacheConfig with(StepsComputationMask other) {
    return new DBCacheConfig(params, Optional.of(other), cfgDiffComputeSeparate);
  }

  /// The value of a key.
  public <T> T get(CacheDitKey<T> key) {
    return params.get(key);
  }

  /// How the residual of the blocks that a hit skips is predicted.
  public CalibratorConfig calibrator() {
    return params.calibrator();
  }

  /// Whether each branch of guidance has a state of its own and decides by that alone.
  public boolean branchesAreApart() {
    return cfgDiffComputeSeparate && params.get(CacheDitKey.SEPARATE_CFG).separates(2);
  }

  /// Checks that a transformer has the blocks that always run.
  ///
  /// @throws InvalidCacheConfigException if not
  public void requireFits(int transformerBlocks) {
    int first = get(FN_COMPUTE_BLOCKS);
    int last = get(BN_COMPUTE_BLOCKS);
    require(
        first <= transformerBlocks,
        FN_COMPUTE_BLOCKS.key(),
        first,
        "at most %d, the transformer's blocks".formatted(transformerBlocks));
    require(
        last <= transformerBlocks - first,
        BN_COMPUTE_BLOCKS.key(),
        last,
        "at most %d: the transformer has %d blocks and Fn_compute_blocks is %d"
            .formatted(transformerBlocks - first, transformerBlocks, first));
  }

  /// Checks that no prediction looks into the elements of residuals, where these stay on a device.
  ///
  /// @throws InvalidCacheConfigException if one does
  public void requireElementsUnseen() {
    require(
        !(calibrator() instanceof CalibratorConfig.Dmd),
        ENABLE_DMD.key(),
        true,
        "false on a device, where the residuals stay: enable_taylorseer works there");
  }

  /// Whether a decision ever compares residuals.
  boolean measuresDiffs() {
    double threshold = get(RESIDUAL_DIFF_THRESHOLD);
    return !isStatic() && threshold > 0 && threshold < 1;
  }

  /// Whether the steps that the mask does not compute reuse, whatever the difference.
  boolean isStatic() {
    return mask.isPresent() && get(SCM_POLICY) == StepsComputationPolicy.STATIC;
  }

  /// Whether a step that need not compute reuses, whatever the difference.
  boolean reusesUnseen() {
    return isStatic() || get(RESIDUAL_DIFF_THRESHOLD) >= 1;
  }

  /// Whether the text stream matters after the middle blocks: only if blocks follow.
  boolean keepsText() {
    return get(BN_COMPUTE_BLOCKS) > 0;
  }

  /// Whether the step is one of those that the warm-up computes.
  boolean warmsUpAt(int step) {
    int masked = mask.map(StepsComputationMask::leadingComputeSteps).orElse(Integer.MAX_VALUE);
    return step < Math.min(get(MAX_WARMUP_STEPS), masked) && step % get(WARMUP_INTERVAL) == 0;
  }
}
