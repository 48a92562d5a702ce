package io.inkstream.engine.cache;

import static io.inkstream.engine.cache.CacheDitKey.*;
import static io.inkstream.engine.cache.InvalidCacheConfigException.require;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// SGLang's `cache_dit_params`: settings of a cache, each of which may be left out. All that does
/// not depend on the request or the model is checked when they are made.
public final class CacheDitParams {
  /// Nothing is set.
  public static final CacheDitParams NONE = new CacheDitParams(Map.of(), false);

  // For a second transformer, which this model does not have.
  private static final String SECONDARY = "secondary";

  private final Map<CacheDitKey, Object> map;
  private final CacheDitValues values;
  private final boolean secondary;

  private CacheDitParams(Map<CacheDitKey, Object> values, boolean secondary) {
    Map<CacheDitKey, Object> copy = new EnumMap<>(CacheDitKey.class);
    copy.putAll(values);
    this.map = Collections.unmodifiableMap(copy);
    this.values = new CacheDitValues(map);
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
    var _ = values.builder().build();
    var _ = values.taylorSeer();
    var _ = values.dmd();
    boolean computes = map.containsKey(SCM_COMPUTE_BINS);
    CacheDitKey given = computes ? SCM_COMPUTE_BINS : SCM_CACHE_BINS;
    CacheDitKey missing = computes ? SCM_CACHE_BINS : SCM_COMPUTE_BINS;
    require(
        map.containsKey(given) == map.containsKey(missing),
        given.key(),
        String.valueOf(map.get(given)),
        "given together with " + missing.key());
    require(
        !values.flag(ENABLE_DMD) || !values.flag(ENABLE_TAYLORSEER),
        ENABLE_DMD.key(),
        true,
        "false while " + ENABLE_TAYLORSEER.key() + " is true");
  }

  /// These settings, and where they say nothing those of `lower`. A mask or a calibrator that is
  /// chosen here replaces another one of `lower`.
  public CacheDitParams over(CacheDitParams lower) {
    Map<CacheDitKey, Object> merged = new EnumMap<>(CacheDitKey.class);
    merged.putAll(lower.map);
    if (map.containsKey(SCM_PRESET)) {
      merged.remove(SCM_COMPUTE_BINS);
      merged.remove(SCM_CACHE_BINS);
    }
    if (values.flag(ENABLE_DMD)) {
      merged.remove(ENABLE_TAYLORSEER);
    }
    if (values.flag(ENABLE_TAYLORSEER)) {
      merged.remove(ENABLE_DMD);
    }
    merged.putAll(map);
    return new CacheDitParams(merged, secondary || lower.secondary);
  }

  /// The settings of a request, with SGLang's defaults.
  ///
  /// @param steps of the request
  /// @throws InvalidCacheConfigException if the mask does not go with so many steps
  public DBCacheConfig toConfig(int steps) {
    DBCacheConfigBuilder builder = values.builder().calibrator(values.calibrator());
    values.mask(steps).ifPresent(builder::mask);
    return builder.build();
  }

  /// Checks that a transformer has the blocks that always run.
  ///
  /// @throws InvalidCacheConfigException if not
  public void requireFits(int transformerBlocks) {
    values.builder().build().requireFits(transformerBlocks);
  }

  /// Checks that no forecast looks into the elements of residuals, where these stay on a device.
  ///
  /// @throws InvalidCacheConfigException if one does
  public void requireElementsUnseen() {
    values.builder().calibrator(values.calibrator()).build().requireElementsUnseen();
  }

  /// Whether something was set for a second transformer; it has no effect.
  public boolean hasSecondary() {
    return secondary;
  }

  /// Whether nothing was set.
  public boolean isEmpty() {
    return map.isEmpty();
  }

  /// Whether this name was set.
  public boolean sets(String key) {
    return CacheDitKey.named(key).filter(map::containsKey).isPresent();
  }

  /// As a JSON object, with the defaults that a cache is made of: gives the same cache wherever it
  /// is sent.
  public Map<String, Object> toMap() {
    DBCacheConfig config = values.builder().build();
    Map<CacheDitKey, Object> all = new EnumMap<>(CacheDitKey.class);
    all.put(FN_COMPUTE_BLOCKS, config.fnComputeBlocks());
    all.put(BN_COMPUTE_BLOCKS, config.bnComputeBlocks());
    all.put(MAX_WARMUP_STEPS, config.maxWarmupSteps());
    all.put(RESIDUAL_DIFF_THRESHOLD, config.residualDiffThreshold());
    all.put(MAX_CONTINUOUS_CACHED_STEPS, config.maxContinuousCachedSteps());
    all.put(ENABLE_TAYLORSEER, values.flag(ENABLE_TAYLORSEER));
    all.put(ENABLE_DMD, values.flag(ENABLE_DMD));
    all.put(SCM_PRESET, values.word(SCM_PRESET).orElse("none"));
    all.putAll(map);
    Map<String, Object> named = new LinkedHashMap<>();
    all.forEach((key, value) -> named.put(key.key(), value));
    return named;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CacheDitParams params
        && map.equals(params.map)
        && secondary == params.secondary;
  }

  @Override
  public int hashCode() {
    return map.hashCode();
  }

  /// What was set, as JSON without quotes.
  @Override
  public String toString() {
    Map<String, Object> named = new LinkedHashMap<>();
    map.forEach((key, value) -> named.put(key.key(), value));
    return named.toString();
  }
}
