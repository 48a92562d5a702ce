package io.inkstream.engine.cache;

import static io.inkstream.engine.cache.CacheDitKey.*;
import static io.inkstream.engine.cache.InvalidCacheConfigException.require;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// SGLang's `cache_dit_params`: settings of a cache, each of which may be left out. All that does
/// not depend on the request or the model is checked when they are made.
public final class CacheDitParams {
  /// Nothing is set.
  public static final CacheDitParams NONE = new CacheDitParams(Map.of(), false);

  // For a second transformer, which this model does not have.
  private static final String SECONDARY = "secondary";

  private final Map<CacheDitKey<?>, Object> map;
  private final boolean secondary;

  private CacheDitParams(Map<CacheDitKey<?>, Object> values, boolean secondary) {
    this.map = Map.copyOf(values);
    this.secondary = secondary;
    CacheDitKey.all().forEach(this::requireInRange);
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
    Map<CacheDitKey<?>, Object> values = new HashMap<>();
    object.forEach((name, value) -> {
      String key = String.valueOf(name);
      if (value != null && !key.equals(SECONDARY)) {
        CacheDitKey<?> known = CacheDitKey.named(key).orElseThrow(() -> unknown(key));
        values.put(known, known.ofJson(value));
      }
    });
    return new CacheDitParams(values, hasSecondary(object.get(SECONDARY)));
  }

  /// Reads the same values as texts: lists with commas, SGLang's words for true and false.
  ///
  /// @throws InvalidCacheConfigException for a value that is not allowed
  public static CacheDitParams ofTexts(Map<CacheDitKey<?>, String> texts) {
    Map<CacheDitKey<?>, Object> values = new HashMap<>();
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
    List<String> keys = CacheDitKey.all().stream().map(CacheDitKey::key).toList();
    String meant =
        Spelling.nearest(key, keys).map(near -> ", did you mean " + near + "?").orElse("");
    return new InvalidCacheConfigException(
        "cache_dit_params key '" + Spelling.cut(key) + "'",
        "unknown",
        "one of " + String.join(", ", keys) + ", " + SECONDARY + meant);
  }

  private <T> void requireInRange(CacheDitKey<T> key) {
    key.requireInRange(get(key));
  }

  private void check() {
    boolean computes = !get(SCM_COMPUTE_BINS).isEmpty();
    CacheDitKey<?> given = computes ? SCM_COMPUTE_BINS : SCM_CACHE_BINS;
    CacheDitKey<?> missing = computes ? SCM_CACHE_BINS : SCM_COMPUTE_BINS;
    require(
        computes != get(SCM_CACHE_BINS).isEmpty(),
        given.key(),
        String.valueOf(map.get(given)),
        "given together with " + missing.key());
    require(
        !get(ENABLE_DMD) || !get(ENABLE_TAYLORSEER),
        ENABLE_DMD.key(),
        true,
        "false while " + ENABLE_TAYLORSEER.key() + " is true");
  }

  /// The value of a key: what was set, or SGLang's default.
  @SuppressWarnings("unchecked") // put there under the key of its type
  public <T> T get(CacheDitKey<T> key) {
    return (T) map.getOrDefault(key, key.normal());
  }

  /// The same with another value.
  <T> CacheDitParams with(CacheDitKey<T> key, T value) {
    Map<CacheDitKey<?>, Object> values = new HashMap<>(map);
    values.put(key, value);
    return new CacheDitParams(values, secondary);
  }

  /// The same with a value for every key.
  CacheDitParams complete() {
    Map<CacheDitKey<?>, Object> values = new HashMap<>();
    CacheDitKey.all().forEach(key -> values.put(key, get(key)));
    return new CacheDitParams(values, false);
  }

  /// These settings, and where they say nothing those of `lower`. A mask or a calibrator that is
  /// chosen here replaces another one of `lower`.
  public CacheDitParams over(CacheDitParams lower) {
    Map<CacheDitKey<?>, Object> merged = new HashMap<>(lower.map);
    if (map.containsKey(SCM_PRESET)) {
      merged.remove(SCM_COMPUTE_BINS);
      merged.remove(SCM_CACHE_BINS);
    }
    if (get(ENABLE_DMD)) {
      merged.remove(ENABLE_TAYLORSEER);
    }
    if (get(ENABLE_TAYLORSEER)) {
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
    return new DBCacheConfig(this, mask(steps), true);
  }

  private Optional<StepsComputationMask> mask(int steps) {
    return get(SCM_COMPUTE_BINS).isEmpty()
        ? get(SCM_PRESET).map(preset -> StepsComputationMask.preset(preset, steps))
        : Optional.of(
            StepsComputationMask.ofBins(get(SCM_COMPUTE_BINS), get(SCM_CACHE_BINS), steps));
  }

  CalibratorConfig calibrator() {
    if (get(ENABLE_DMD)) {
      return new CalibratorConfig.Dmd(
          get(DMD_HISTORY), get(DMD_RANK), get(DMD_RIDGE), get(DMD_SVD_PRECISION));
    }
    return get(ENABLE_TAYLORSEER)
        ? new CalibratorConfig.TaylorSeer(get(TAYLORSEER_ORDER))
        : new CalibratorConfig.None();
  }

  /// Checks that a transformer has the blocks that always run.
  ///
  /// @throws InvalidCacheConfigException if not
  public void requireFits(int transformerBlocks) {
    withoutMask().requireFits(transformerBlocks);
  }

  /// Checks that no prediction looks into the elements of residuals, where these stay on a device.
  ///
  /// @throws InvalidCacheConfigException if one does
  public void requireElementsUnseen() {
    withoutMask().requireElementsUnseen();
  }

  private DBCacheConfig withoutMask() {
    return new DBCacheConfig(this, Optional.empty(), true);
  }

  /// Whether something was set for a second transformer; it has no effect.
  public boolean hasSecondary() {
    return secondary;
  }

  /// Whether this name was set.
  public boolean sets(String key) {
    return CacheDitKey.named(key).filter(map::containsKey).isPresent();
  }

  /// As a JSON object, with the defaults that a cache is made of: gives the same cache wherever it
  /// is sent.
  public Map<String, Object> toMap() {
    return named(key -> key.isAlwaysWritten() || map.containsKey(key));
  }

  private Map<String, Object> named(Predicate<CacheDitKey<?>> which) {
    Map<String, Object> named = new LinkedHashMap<>();
    CacheDitKey.all().stream().filter(which).forEach(key -> named.put(key.key(), json(key)));
    return named;
  }

  private <T> Object json(CacheDitKey<T> key) {
    return key.json(get(key));
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
    return named(map::containsKey).toString();
  }
}
