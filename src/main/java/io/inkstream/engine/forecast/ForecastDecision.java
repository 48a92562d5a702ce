package io.inkstream.engine.forecast;

/// What a request with a forecast did at a step.
public sealed interface ForecastDecision {
  /// One word for reports: `computed`, `forecast`.
  default String outcome() {
    return switch (this) {
      case Computed _ -> "computed";
      case Forecast _ -> "forecast";
    };
  }

  /// The step ran in full.
  record Computed() implements ForecastDecision {}

  /// Nothing ran; the velocity was extended.
  ///
  /// @param since the computed step, from 1, whose velocity it was
  record Forecast(int since) implements ForecastDecision {}
}
