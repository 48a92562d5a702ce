package io.inkstream.engine.cache;

import static io.inkstream.engine.cache.CacheDitKey.*;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What set parameters mean for a [DBCacheConfig]; SGLang's defaults where nothing is set.
///
/// @param map each value of its key's type
record CacheDitValues(Map<CacheDitKey, Object> map) {
  DBCacheConfigBuilder builder() {
    DBCacheConfigBuilder builder = DBCacheConfig.sglangDefaults().toBuilder();
    whole(FN_COMPUTE_BLOCKS).ifPresent(builder::fnComputeBlocks);
    whole(BN_COMPUTE_BLOCKS).ifPresent(builder::bnComputeBlocks);
    whole(MAX_WARMUP_STEPS).ifPresent(builder::maxWarmupSteps);
    real(RESIDUAL_DIFF_THRESHOLD).ifPresent(builder::residualDiffThreshold);
    whole(MAX_CONTINUOUS_CACHED_STEPS).ifPresent(builder::maxContinuousCachedSteps);
    whole(WARMUP_INTERVAL).ifPresent(builder::warmupInterval);
    whole(MAX_CACHED_STEPS).ifPresent(builder::maxCachedSteps);
    real(MAX_ACCUMULATED_RESIDUAL_DIFF).ifPresent(builder::maxAccumulatedResidualDiff);
    word(SEPARATE_CFG).ifPresent(w -> builder.separateCfg(SeparateCfg.valueOf(constant(w))));
    word(SCM_POLICY).ifPresent(w -> builder.policy(StepsComputationPolicy.valueOf(constant(w))));
    return builder;
  }

  CalibratorConfig calibrator() {
    if (flag(ENABLE_DMD)) {
      return dmd();
    }
    return flag(ENABLE_TAYLORSEER) ? taylorSeer() : new CalibratorConfig.None();
  }

  CalibratorConfig.TaylorSeer taylorSeer() {
    return new CalibratorConfig.TaylorSeer(whole(TAYLORSEER_ORDER).orElse(1));
  }

  CalibratorConfig.Dmd dmd() {
    var defaults = CalibratorConfig.Dmd.defaults();
    return new CalibratorConfig.Dmd(
        whole(DMD_HISTORY).orElse(defaults.history()),
        whole(DMD_RANK).orElse(defaults.rank()),
        real(DMD_RIDGE).orElse(defaults.ridge()),
        word(DMD_SVD_PRECISION)
            .map(word -> CalibratorConfig.SvdPrecision.valueOf(constant(word)))
            .orElse(defaults.svdPrecision()));
  }

  Optional<StepsComputationMask> mask(int steps) {
    if (map.containsKey(SCM_COMPUTE_BINS)) {
      return Optional.of(
          StepsComputationMask.ofBins(bins(SCM_COMPUTE_BINS), bins(SCM_CACHE_BINS), steps));
    }
    return word(SCM_PRESET)
        .filter(word -> !word.equals("none"))
        .map(word -> StepsComputationMask.preset(StepsMaskPreset.valueOf(constant(word)), steps));
  }

  private static String constant(String word) {
    return word.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private Optional<Integer> whole(CacheDitKey key) {
    return Optional.ofNullable((Integer) map.get(key));
  }

  private Optional<Double> real(CacheDitKey key) {
    return Optional.ofNullable((Double) map.get(key));
  }

  Optional<String> word(CacheDitKey key) {
    return Optional.ofNullable((String) map.get(key));
  }

  boolean flag(CacheDitKey key) {
    return Boolean.TRUE.equals(map.get(key));
  }

  @SuppressWarnings("unchecked") // the type of the key's values
  private List<Integer> bins(CacheDitKey key) {
    return (List<Integer>) map.getOrDefault(key, List.of());
  }
}
