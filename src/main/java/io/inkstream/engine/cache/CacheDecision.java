package io.inkstream.engine.cache;

import java.util.OptionalDouble;

/// What one forward does with the middle blocks.
///
/// A decision's `diff` is the relative difference of the first blocks' residual to that of the
/// branch's last computed step; empty if it was not needed, [#ALWAYS_REUSED] if the threshold made
/// it irrelevant, [#SHAPE_CHANGED] if it has none.
public sealed interface CacheDecision {
  /// The `diff` of a threshold of 1 and more.
  double ALWAYS_REUSED = -1;

  /// The `diff` of residuals of different shapes.
  double SHAPE_CHANGED = -2;

  OptionalDouble diff();

  /// One word for reports: `computed`, `reused`, `forecast`.
  default String outcome() {
    return switch (this) {
      case Compute _ -> "computed";
      case Reuse _ -> "reused";
      case Forecast _ -> "forecast";
    };
  }

  /// They run.
  record Compute(Reason reason, OptionalDouble diff) implements CacheDecision {}

  /// Their residual of the last computed step is added instead.
  record Reuse(OptionalDouble diff) implements CacheDecision {}

  /// A forecast of their residual is added instead.
  record Forecast(OptionalDouble diff) implements CacheDecision {}

  /// Why the blocks run, in the order in which the reasons are looked for.
  enum Reason {
    WARMUP,
    STEPS_MASK,
    MAX_CACHED_STEPS,
    MAX_CONTINUOUS_CACHED_STEPS,
    MAX_ACCUMULATED_RESIDUAL_DIFF,
    THRESHOLD_ZERO,
    NO_PREVIOUS_RESIDUAL,
    SHAPE_CHANGED,
    RESIDUAL_DIFF
  }
}
