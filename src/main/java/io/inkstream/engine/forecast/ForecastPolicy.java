package io.inkstream.engine.forecast;

import static io.inkstream.engine.forecast.InvalidForecastException.require;

import java.util.Locale;
import java.util.stream.IntStream;

/// When a step is computed, and how the velocity is extended over the steps that are not.
///
/// Each is one line per computed step: `x_c = x_a + wA V_a + wB V_b`, with a the computed step, b
/// the one before it, c the next, V the velocity after guidance.
public sealed interface ForecastPolicy {
  /// The names of the policies.
  enum Kind {
    POWER_LAW,
    CALIBRATED,
    ADAPTIVE;

    /// `power-law`, `calibrated` or `adaptive`.
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /// Which one this is.
  default Kind kind() {
    return switch (this) {
      case PowerLaw _ -> Kind.POWER_LAW;
      case Calibrated _ -> Kind.CALIBRATED;
      case Adaptive _ -> Kind.ADAPTIVE;
    };
  }

  /// The segments of a request with these noise levels.
  ///
  /// @param sigmas of the steps that are executed, and the last one's end
  default Segments segments(float[] sigmas) {
    return switch (this) {
      case PowerLaw(double share) ->
          new PowerLawSegments(sigmas, computedSteps(share, sigmas.length - 1));
      case Calibrated(ForecastTable table) -> new TableSegments(table, sigmas);
      case Adaptive(double tolerance) -> new AdaptiveSegments(sigmas, tolerance);
    };
  }

  /// The steps that are computed whatever comes, ascending from 0: all that are computed, but for a
  /// policy that decides on the way.
  default IntStream certainSteps(int steps) {
    return switch (this) {
      case PowerLaw(double share) ->
          IntStream.of(PowerLawMask.of(steps, computedSteps(share, steps)));
      case Calibrated(ForecastTable table) -> table.computed().stream().mapToInt(step -> step);
      case Adaptive _ -> AdaptiveSegments.certainSteps(steps);
    };
  }

  /// Whether it computes further steps if the velocity changes much.
  default boolean decidesOnTheWay() {
    return this instanceof Adaptive;
  }

  /// How many steps a share of them is: 1 or more.
  static int computedSteps(double share, int steps) {
    return Math.clamp(Math.round(share * steps), 1, steps);
  }

  /// Fixed steps, dense early and sparse late, and a damped line through the last two velocities.
  /// Needs no calibration.
  ///
  /// @param share of the steps that is computed, above 0, at most 1
  record PowerLaw(double share) implements ForecastPolicy {
    public PowerLaw {
      require(share > 0 && share <= 1, "share", share, "above 0 and at most 1");
    }
  }

  /// Steps and weights from a table that was fitted to a model.
  record Calibrated(ForecastTable table) implements ForecastPolicy {}

  /// Computes when the predicted error of not doing so exceeds a tolerance.
  ///
  /// @param tolerance above 0; 0.04 computes about half of 20 steps
  record Adaptive(double tolerance) implements ForecastPolicy {
    public Adaptive {
      require(tolerance > 0 && tolerance <= 10, "tolerance", tolerance, "above 0 and at most 10");
    }
  }
}
