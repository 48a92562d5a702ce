package io.inkstream.engine.cache;

import io.inkstream.engine.cache.CacheDitValue.Bins;
import io.inkstream.engine.cache.CacheDitValue.Flag;
import io.inkstream.engine.cache.CacheDitValue.Real;
import io.inkstream.engine.cache.CacheDitValue.Whole;
import io.inkstream.engine.cache.CacheDitValue.Word;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The settings of a cache by the names of SGLang's `cache_dit_params`; the last four are
/// Inkstream's own.
public enum CacheDitKey {
  FN_COMPUTE_BLOCKS("Fn_compute_blocks", new Whole()),
  BN_COMPUTE_BLOCKS("Bn_compute_blocks", new Whole()),
  MAX_WARMUP_STEPS("max_warmup_steps", new Whole()),
  RESIDUAL_DIFF_THRESHOLD("residual_diff_threshold", new Real()),
  MAX_CONTINUOUS_CACHED_STEPS("max_continuous_cached_steps", new Whole()),
  ENABLE_TAYLORSEER("enable_taylorseer", new Flag()),
  TAYLORSEER_ORDER("taylorseer_order", new Whole()),
  ENABLE_DMD("enable_dmd", new Flag()),
  DMD_HISTORY("dmd_history", new Whole()),
  DMD_RANK("dmd_rank", new Whole()),
  DMD_RIDGE("dmd_ridge", new Real()),
  DMD_SVD_PRECISION("dmd_svd_precision", new Word("low", "medium", "high")),
  SCM_PRESET("scm_preset", new Word("none", "slow", "medium", "fast", "ultra")),
  SCM_COMPUTE_BINS("scm_compute_bins", new Bins()),
  SCM_CACHE_BINS("scm_cache_bins", new Bins()),
  SCM_POLICY("scm_policy", new Word("dynamic", "static")),
  SEPARATE_CFG("separate_cfg", new Word("by-branches", "always", "never")),
  WARMUP_INTERVAL("warmup_interval", new Whole()),
  MAX_CACHED_STEPS("max_cached_steps", new Whole()),
  MAX_ACCUMULATED_RESIDUAL_DIFF("max_accumulated_residual_diff_threshold", new Real());

  private final String key;
  private final CacheDitValue value;

  CacheDitKey(String key, CacheDitValue value) {
    this.key = key;
    this.value = value;
  }

  /// The name in a request.
  public String key() {
    return key;
  }

  static Optional<CacheDitKey> named(String key) {
    return Arrays.stream(values()).filter(known -> known.key.equals(key)).findFirst();
  }

  static List<String> keys() {
    return Arrays.stream(values()).map(CacheDitKey::key).toList();
  }

  /// A value of JSON, checked for its type.
  Object ofJson(Object json) {
    return value
        .ofJson(json)
        .orElseThrow(() -> {
          String shown = json instanceof CharSequence ? "'" + json + "'" : json.toString();
          return new InvalidCacheConfigException(key, Spelling.cut(shown), value.allowed());
        });
  }

  /// The same value as a text, for example of a variable.
  Object ofText(String text) {
    return value
        .ofText(text)
        .orElseThrow(
            () -> new InvalidCacheConfigException(key, Spelling.cut(text), value.allowed()));
  }
}
