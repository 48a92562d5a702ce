package io.inkstream.engine.forecast;

import static io.inkstream.engine.forecast.InvalidForecastException.require;

import java.util.Locale;
import java.util.stream.IntStream;

/// When a step is computed, and how the velocity is extended over the steps that are not.
///
/// Each is one line per computed step: `x_c = x_a + wA V_a + wB V_b + wC V_bb`, with a the computed
/// step, b and bb those before it, c the next, V the velocity after guidance.
public sealed interface ForecastPolicy {
  /// The names of the policies.
  enum Kind {
    GUARDED,
    BOTH_ENDS,
    CALIBRATED,
    POWER_LAW,
    MEAN_CACHE;

    /// `guarded`, `both-ends`, `calibrated`, `power-law` or `mean-cache`.
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /// Which one this is.
  default Kind kind() {
    return switch (this) {
      case Guarded _ -> Kind.GUARDED;
      case BothEnds _ -> Kind.BOTH_ENDS;
      case Calibrated _ -> Kind.CALIBRATED;
      case PowerLaw _ -> Kind.POWER_LAW;
      case MeanCache _ -> Kind.MEAN_CACHE;
    };
  }

  /// The segments of a request with these noise levels.
  ///
  /// @param sigmas of the steps that are executed, and the last one's end
  default Segments segments(float[] sigmas) {
    int steps = sigmas.length - 1;
    return switch (this) {
      case Guarded(double share, double tolerance) ->
          new GuardedSegments(sigmas, computedSteps(share, steps), tolerance);
      case BothEnds(double share) -> new BothEndsSegments(sigmas, computedSteps(share, steps));
      case Calibrated(ForecastTable table) -> new TableSegments(table, sigmas);
      case PowerLaw(double share) -> new PowerLawSegments(sigmas, computedSteps(share, steps));
      case MeanCache(int computed) -> MeanCacheSegments.of(sigmas, computed);
    };
  }

  /// The steps that are computed whatever comes, ascending from 0: all that are computed, but for a
  /// policy that decides on the way.
  default IntStream certainSteps(int steps) {
    return switch (this) {
      case Guarded(double share, _) ->
          GuardedSegments.certainSteps(steps, computedSteps(share, steps));
      case BothEnds(double share) ->
          IntStream.of(Spread.bothEnds(steps, computedSteps(share, steps)));
      case Calibrated(ForecastTable table) -> table.computed().stream().mapToInt(step -> step);
      case PowerLaw(double share) ->
          IntStream.of(Spread.powerLaw(steps, computedSteps(share, steps)));
      case MeanCache(int computed) -> IntStream.of(MeanCacheSegments.steps(computed));
    };
  }

  /// Whether it computes further steps if the velocity changes much.
  default boolean decidesOnTheWay() {
    return this instanceof Guarded;
  }

  /// How many steps a share of them is: 1 or more.
  static int computedSteps(double share, int steps) {
    return Math.clamp(Math.round(share * steps), 1, steps);
  }

  private static void requireShare(double share) {
    require(share > 0 && share <= 1, "share", share, "above 0 and at most 1");
  }

  /// Like [BothEnds], but computes further steps where the error of a gap is expected to exceed a
  /// tolerance.
  ///
  /// @param share of the steps that is computed at least, above 0, at most 1
  /// @param tolerance relative to the latents, above 0; it decides the error, the share hardly does
  record Guarded(double share, double tolerance) implements ForecastPolicy {
    public Guarded {
      requireShare(share);
      require(tolerance > 0 && tolerance <= 10, "tolerance", tolerance, "above 0 and at most 10");
    }
  }

  /// Fixed steps, dense at both ends, a damped line through the last two velocities, and from 40
  /// steps on a correction of each gap once its end is known (as UniPC's corrector, arXiv
  /// 2302.04867). Needs no calibration.
  ///
  /// @param share of the steps that is computed, above 0, at most 1
  record BothEnds(double share) implements ForecastPolicy {
    public BothEnds {
      requireShare(share);
    }
  }

  /// Steps and weights from a table that was fitted to a model.
  record Calibrated(ForecastTable table) implements ForecastPolicy {}

  /// Fixed steps, dense early and sparse late, and a damped line: for comparison.
  ///
  /// @param share of the steps that is computed, above 0, at most 1
  record PowerLaw(double share) implements ForecastPolicy {
    public PowerLaw {
      requireShare(share);
    }
  }

  /// MeanCache's published steps and mean velocities for Qwen-Image (arXiv 2601.19961): for
  /// comparison.
  ///
  /// @param computed 25, 17 or 10 of 50 steps
  record MeanCache(int computed) implements ForecastPolicy {
    static final int STEPS = 50;

    /// Whether there are published steps for so many.
    public static boolean isPublished(int steps, int computed) {
      return MeanCacheSegments.has(steps, computed);
    }

    public MeanCache {
      require(
          MeanCacheSegments.has(STEPS, computed),
          "policy",
          Kind.MEAN_CACHE,
          "another one unless " + MeanCacheSegments.published() + " steps are computed");
    }
  }
}
