package io.inkstream.engine.cache;

import java.util.OptionalDouble;

/// What one forward does with the middle blocks.
///
/// A decision's `diff` is the relative difference of the first blocks' residual to that of the
/// branch's last computed step; empty if none was measured.
public sealed interface CacheDecision {
  OptionalDouble diff();

  /// One word for reports, events and metrics: `computed`, `reused`, `forecast`.
  default String outcome() {
    return switch (this) {
      case Compute _ -> "computed";
      case Reuse _ -> "reused";
      case Extrapolate _ -> "forecast";
    };
  }

  /// They run.
  record Compute(Reason reason, OptionalDouble diff) implements CacheDecision {}

  /// Their residual of the last computed step is added instead.
  record Reuse(OptionalDouble diff) implements CacheDecision {}

  /// What a calibrator makes of their earlier residuals is added instead.
  record Extrapolate(OptionalDouble diff) implements CacheDecision {}

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
