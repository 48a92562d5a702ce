package io.inkstream.cache;

import static io.inkstream.cache.CacheDitKey.*;
import static io.inkstream.cache.InvalidCacheConfigException.require;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// SGLang's `cache_dit_params`: settings of a cache, each of which may be left out. All that does
/// not depend on the request or the model is checked when they are made.
public final class CacheDitParams {
  /// Nothing is set.
  public static final CacheDitParams NONE = new CacheDitParams(Map.of(), false);

  // For a second transformer, which this model does not have.
  private static final String SECONDARY = "secondary";

  private final Map<CacheDitKey, Object> values;
  private final boolean secondary;

  private CacheDitParams(Map<CacheDitKey, Object> values, boolean secondary) {
    Map<CacheDitKey, Object> copy = new EnumMap<>(CacheDitKey.class);
    copy.putAll(values);
    this.values = Collections.unmodifiableMap(copy);
    this.secondary = secondary;
    check();
  }

  /// Reads a JSON object: numbers, booleans, strings, lists and nulls, which set nothing.
  ///
  /// @param json a [Map]; null sets nothing
  /// @throws InvalidCacheConfigException for something else, an unknown key, or a value that is not
  ///   allowed
  public static CacheDitParams of(@Nullable Object json) {
    if (json == null) {
      return NONE;
    }
    require(
        json instanceof Map, "cache_dit_params", Spelling.cut(json.toString()), "a JSON object");
    Map<?, ?> object = (Map<?, ?>) json;
    Map<CacheDitKey, Object> values = new EnumMap<>(CacheDitKey.class);
    object.forEach((name, value) -> {
      String key = String.valueOf(name);
      if (value != null && !key.equals(SECONDARY)) {
        CacheDitKey known = CacheDitKey.named(key).orElseThrow(() -> unknown(key));
        values.put(known, known.ofJson(value));
      }
    });
    return new CacheDitParams(values, hasSecondary(object.get(SECONDARY)));
  }

  /// Reads the same values as texts: lists with commas, SGLang's words for true and false.
  ///
  /// @throws InvalidCacheConfigException for a value that is not allowed
  public static CacheDitParams ofTexts(Map<CacheDitKey, String> texts) {
    Map<CacheDitKey, Object> values = new EnumMap<>(CacheDitKey.class);
    texts.forEach((key, text) -> values.put(key, key.ofText(text)));
    return new CacheDitParams(values, false);
  }

  private static boolean hasSecondary(@Nullable Object json) {
    require(
        json == null || json instanceof Map,
        SECONDARY,
        Spelling.cut(String.valueOf(json)),
        "an object");
    return json != null;
  }

  private static InvalidCacheConfigException unknown(String key) {
    String meant =
        Spelling.nearest(key, CacheDitKey.keys())
            .map(near -> ", did you mean " + near + "?")
            .orElse("");
    return new InvalidCacheConfigException(
        "cache_dit_params key '" + Spelling.cut(key) + "'",
        "unknown",
        "one of " + String.join(", ", CacheDitKey.keys()) + ", " + SECONDARY + meant);
  }

  private void check() {
    var _ = builder().build();
    var _ = taylorSeer();
    var _ = dmd();
    boolean computes = values.containsKey(SCM_COMPUTE_BINS);
    CacheDitKey given = computes ? SCM_COMPUTE_BINS : SCM_CACHE_BINS;
    CacheDitKey missing = computes ? SCM_CACHE_BINS : SCM_COMPUTE_BINS;
    require(
        values.containsKey(given) == values.containsKey(missing),
        given.key(),
        String.valueOf(values.get(given)),
        "given together with " + missing.key());
    require(
        !flag(ENABLE_DMD) || !flag(ENABLE_TAYLORSEER),
        ENABLE_DMD.key(),
        true,
        "false while " + ENABLE_TAYLORSEER.key() + " is true");
  }

  /// These settings, and where they say nothing those of `lower`. A mask or a calibrator that is
  /// chosen here replaces another one of `lower`.
  public CacheDitParams over(CacheDitParams lower) {
    Map<CacheDitKey, Object> merged = new EnumMap<>(CacheDitKey.class);
    merged.putAll(lower.values);
    if (values.containsKey(SCM_PRESET)) {
      merged.remove(SCM_COMPUTE_BINS);
      merged.remove(SCM_CACHE_BINS);
    }
    if (flag(ENABLE_DMD)) {
      merged.remove(ENABLE_TAYLORSEER);
    }
    if (flag(ENABLE_TAYLORSEER)) {
      merged.remove(ENABLE_DMD);
    }
    merged.putAll(values);
    return new CacheDitParams(merged, secondary || lower.secondary);
  }

  /// The settings of a request, with SGLang's defaults.
  ///
  /// @param steps of the request
  /// @throws InvalidCacheConfigException if the mask does not go with so many steps
  public DBCacheConfig toConfig(int steps) {
    DBCacheConfigBuilder builder = builder().calibrator(calibrator());
    mask(steps).ifPresent(builder::mask);
    return builder.build();
  }

  /// Checks that a transformer has the blocks that always run.
  ///
  /// @throws InvalidCacheConfigException if not
  public void requireFits(int transformerBlocks) {
    builder().build().requireFits(transformerBlocks);
  }

  /// Whether something was set for a second transformer; it has no effect.
  public boolean hasSecondary() {
    return secondary;
  }

  /// Whether nothing was set.
  public boolean isEmpty() {
    return values.isEmpty();
  }

  /// Whether this name was set.
  public boolean sets(String key) {
    return CacheDitKey.named(key).filter(values::containsKey).isPresent();
  }

  /// As a JSON object, with the defaults that a cache is made of: gives the same cache wherever it
  /// is sent.
  public Map<String, Object> toMap() {
    DBCacheConfig config = builder().build();
    Map<CacheDitKey, Object> all = new EnumMap<>(CacheDitKey.class);
    all.put(FN_COMPUTE_BLOCKS, config.fnComputeBlocks());
    all.put(BN_COMPUTE_BLOCKS, config.bnComputeBlocks());
    all.put(MAX_WARMUP_STEPS, config.maxWarmupSteps());
    all.put(RESIDUAL_DIFF_THRESHOLD, config.residualDiffThreshold());
    all.put(MAX_CONTINUOUS_CACHED_STEPS, config.maxContinuousCachedSteps());
    all.put(ENABLE_TAYLORSEER, flag(ENABLE_TAYLORSEER));
    all.put(ENABLE_DMD, flag(ENABLE_DMD));
    all.put(SCM_PRESET, word(SCM_PRESET).orElse("none"));
    all.putAll(values);
    Map<String, Object> named = new LinkedHashMap<>();
    all.forEach((key, value) -> named.put(key.key(), value));
    return named;
  }

  private DBCacheConfigBuilder builder() {
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

  private CalibratorConfig calibrator() {
    if (flag(ENABLE_DMD)) {
      return dmd();
    }
    return flag(ENABLE_TAYLORSEER) ? taylorSeer() : new CalibratorConfig.None();
  }

  private CalibratorConfig.TaylorSeer taylorSeer() {
    return new CalibratorConfig.TaylorSeer(whole(TAYLORSEER_ORDER).orElse(1));
  }

  private CalibratorConfig.Dmd dmd() {
    var defaults = CalibratorConfig.Dmd.defaults();
    return new CalibratorConfig.Dmd(
        whole(DMD_HISTORY).orElse(defaults.history()),
        whole(DMD_RANK).orElse(defaults.rank()),
        real(DMD_RIDGE).orElse(defaults.ridge()),
        word(DMD_SVD_PRECISION)
            .map(word -> CalibratorConfig.SvdPrecision.valueOf(constant(word)))
            .orElse(defaults.svdPrecision()));
  }

  private Optional<StepsComputationMask> mask(int steps) {
    if (values.containsKey(SCM_COMPUTE_BINS)) {
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
    return Optional.ofNullable((Integer) values.get(key));
  }

  private Optional<Double> real(CacheDitKey key) {
    return Optional.ofNullable((Double) values.get(key));
  }

  private Optional<String> word(CacheDitKey key) {
    return Optional.ofNullable((String) values.get(key));
  }

  private boolean flag(CacheDitKey key) {
    return Boolean.TRUE.equals(values.get(key));
  }

  @SuppressWarnings("unchecked") // the type of the key's values
  private List<Integer> bins(CacheDitKey key) {
    return (List<Integer>) values.getOrDefault(key, List.of());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CacheDitParams params
        && values.equals(params.values)
        && secondary == params.secondary;
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /// What was set, as JSON without quotes.
  @Override
  public String toString() {
    Map<String, Object> named = new LinkedHashMap<>();
    values.forEach((key, value) -> named.put(key.key(), value));
    return named.toString();
  }
}
