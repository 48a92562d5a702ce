package io.inkstream.engine.cache;

import io.inkstream.engine.cache.CacheDitValue.Bins;
import io.inkstream.engine.cache.CacheDitValue.Flag;
import io.inkstream.engine.cache.CacheDitValue.Real;
import io.inkstream.engine.cache.CacheDitValue.Whole;
import io.inkstream.engine.cache.CacheDitValue.Word;
import io.inkstream.engine.cache.CalibratorConfig.SvdPrecision;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// A setting of a cache, and all there is to say of it: its names, what it may be, SGLang's
/// default, its line in the documents. One more is one more constant here, and what the cache does
/// with it.
///
/// @param <T> its values
public final class CacheDitKey<T> {
  private static final List<CacheDitKey<?>> ALL = new ArrayList<>();

  public static final CacheDitKey<Integer> FN_COMPUTE_BLOCKS =
      always(
          "Fn_compute_blocks",
          "fn",
          Whole.atLeast(1),
          1,
          "first blocks that always run, and decide; 1 or more");

  public static final CacheDitKey<Integer> BN_COMPUTE_BLOCKS =
      always("Bn_compute_blocks", "bn", Whole.atLeast(0), 0, "last blocks that always run");

  public static final CacheDitKey<Integer> MAX_WARMUP_STEPS =
      always("max_warmup_steps", "warmup", Whole.atLeast(0), 4, "first steps that are computed");

  public static final CacheDitKey<Double> RESIDUAL_DIFF_THRESHOLD =
      always(
          "residual_diff_threshold",
          "rdt",
          Real.NOT_NEGATIVE,
          0.24,
          "reuse below this relative change; 0 never, 1 whenever the limits allow");

  public static final CacheDitKey<Integer> MAX_CONTINUOUS_CACHED_STEPS =
      always(
          "max_continuous_cached_steps",
          "mc",
          Whole.LIMIT,
          3,
          "reused steps in a row; -1 is no limit");

  public static final CacheDitKey<Boolean> ENABLE_TAYLORSEER =
      always(
          "enable_taylorseer",
          "taylorseer",
          new Flag(),
          false,
          "extrapolate by a Taylor expansion instead of repeating");

  public static final CacheDitKey<Integer> TAYLORSEER_ORDER =
      ifSet("taylorseer_order", "ts-order", new Whole(0, 4, "0 to 4"), 1, "its order, 0 to 4");

  public static final CacheDitKey<Boolean> ENABLE_DMD =
      always(
          "enable_dmd",
          "dmd",
          new Flag(),
          false,
          "extrapolate by dynamic mode decomposition; not with TaylorSeer");

  public static final CacheDitKey<Integer> DMD_HISTORY =
      ifSet(
          "dmd_history",
          "dmd-history",
          new Whole(1, 32, "1 to 32"),
          6,
          "computed steps it looks at, 1 to 32");

  public static final CacheDitKey<Integer> DMD_RANK =
      ifSet(
          "dmd_rank",
          "dmd-rank",
          new Whole(0, 32, "0 (automatic) to 32"),
          0,
          "modes, up to 32; 0 chooses");

  public static final CacheDitKey<Double> DMD_RIDGE =
      ifSet("dmd_ridge", "dmd-ridge", Real.BELOW_1, 1e-8, "regularisation");

  public static final CacheDitKey<SvdPrecision> DMD_SVD_PRECISION =
      ifSet(
          "dmd_svd_precision",
          "dmd-svd-precision",
          Word.of(SvdPrecision.class),
          SvdPrecision.MEDIUM,
          "low, medium, high: the same here");

  public static final CacheDitKey<Optional<StepsMaskPreset>> SCM_PRESET =
      always(
          "scm_preset",
          "scm-preset",
          Word.noneOr(StepsMaskPreset.class),
          Optional.empty(),
          "steps that must compute: none, slow, medium, fast, ultra");

  public static final CacheDitKey<List<Integer>> SCM_COMPUTE_BINS =
      ifSet(
          "scm_compute_bins",
          "scm-compute-bins",
          new Bins(),
          List.of(),
          "the same by hand: lengths of computed runs, `8,3,3,2,2`, in turn with …");

  public static final CacheDitKey<List<Integer>> SCM_CACHE_BINS =
      ifSet(
          "scm_cache_bins",
          "scm-cache-bins",
          new Bins(),
          List.of(),
          "… lengths of runs that may reuse, `1,2,2,2,3`");

  public static final CacheDitKey<StepsComputationPolicy> SCM_POLICY =
      ifSet(
          "scm_policy",
          "scm-policy",
          Word.of(StepsComputationPolicy.class),
          StepsComputationPolicy.DYNAMIC,
          "in those runs: dynamic decides by the threshold, static always reuses");

  public static final CacheDitKey<SeparateCfg> SEPARATE_CFG =
      ifSet(
          "separate_cfg",
          "",
          Word.of(SeparateCfg.class),
          SeparateCfg.BY_BRANCHES,
          "a state for each branch of guidance; `always` alternates even without guidance, as the"
              + " library does; `never`");

  public static final CacheDitKey<Integer> WARMUP_INTERVAL =
      ifSet(
          "warmup_interval",
          "",
          Whole.atLeast(1),
          1,
          "of the first steps, only each so-manieth must be computed");

  public static final CacheDitKey<Integer> MAX_CACHED_STEPS =
      ifSet("max_cached_steps", "", Whole.LIMIT, -1, "reused steps in all; -1 is no limit");

  public static final CacheDitKey<Double> MAX_ACCUMULATED_RESIDUAL_DIFF =
      ifSet(
          "max_accumulated_residual_diff_threshold",
          "",
          Real.NOT_NEGATIVE,
          0.0,
          "no more reuse once the changes add up to this; 0 is no limit");

  private final String key;
  private final String variable;
  private final CacheDitValue<T> kind;
  private final T normal;
  private final boolean written;
  private final String meaning;

  private CacheDitKey(
      String key,
      String variable,
      CacheDitValue<T> kind,
      T normal,
      boolean written,
      String meaning) {
    this.key = key;
    this.variable = variable;
    this.kind = kind;
    this.normal = normal;
    this.written = written;
    this.meaning = meaning;
  }

  /// One that a picture's own text names even where nobody set it.
  private static <T> CacheDitKey<T> always(
      String key, String variable, CacheDitValue<T> kind, T normal, String meaning) {
    return known(new CacheDitKey<>(key, variable, kind, normal, true, meaning));
  }

  private static <T> CacheDitKey<T> ifSet(
      String key, String variable, CacheDitValue<T> kind, T normal, String meaning) {
    return known(new CacheDitKey<>(key, variable, kind, normal, false, meaning));
  }

  private static <T> CacheDitKey<T> known(CacheDitKey<T> key) {
    ALL.add(key);
    return key;
  }

  /// All of them, in the order in which they are written.
  public static List<CacheDitKey<?>> all() {
    return Collections.unmodifiableList(ALL);
  }

  static Optional<CacheDitKey<?>> named(String key) {
    return ALL.stream().filter(known -> known.key.equals(key)).findFirst();
  }

  /// The name in a request.
  public String key() {
    return key;
  }

  /// The end of SGLang's variable as a property has it: `ts-order` of `SGLANG_CACHE_DIT_TS_ORDER`.
  /// None for what is cache-dit's alone.
  public Optional<String> variable() {
    return Optional.of(variable).filter(name -> !name.isEmpty());
  }

  /// SGLang's default as JSON.
  public Object normalJson() {
    return kind.json(normal);
  }

  /// What it does, for the documents.
  public String meaning() {
    return meaning;
  }

  /// The words that it may be, in lower case; none: it is no choice.
  public List<String> words() {
    return kind instanceof Word<T> word ? List.copyOf(word.words().keySet()) : List.of();
  }

  T normal() {
    return normal;
  }

  boolean isAlwaysWritten() {
    return written;
  }

  /// A value of JSON, checked for its type.
  T ofJson(Object json) {
    String shown = json instanceof CharSequence ? "'" + json + "'" : json.toString();
    return kind.ofJson(json).orElseThrow(() -> refused(shown, kind.allowed()));
  }

  /// The same value as a text, for example of a variable.
  T ofText(String text) {
    return kind.ofText(text).orElseThrow(() -> refused(text, kind.allowed()));
  }

  /// Checks a value of the type for its range.
  void requireInRange(T value) {
    if (!kind.isInRange(value)) {
      throw refused(value.toString(), kind.range());
    }
  }

  Object json(T value) {
    return kind.json(value);
  }

  private InvalidCacheConfigException refused(String shown, String allowed) {
    return new InvalidCacheConfigException(key, Spelling.cut(shown), allowed);
  }

  @Override
  public String toString() {
    return key;
  }
}
