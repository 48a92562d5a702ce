package io.inkstream.engine.forecast;

import java.util.List;
import java.util.Locale;

/// What a forecast did in one request.
///
/// @param computed the steps that ran, from 1, ascending
/// @param steps all of them
public record ForecastSummary(ForecastPolicy policy, List<Integer> computed, int steps) {
  public ForecastSummary {
    computed = List.copyOf(computed);
  }

  /// Steps that did not run.
  public int forecastSteps() {
    return steps - computed.size();
  }

  /// How many times as many steps would have run without it.
  public double speedupEstimate() {
    return (double) steps / computed.size();
  }

  /// `power-law, computed 1 2 3 4 6 8 …`: for the picture's file.
  public String line() {
    String list = String.join(" ", computed.stream().map(String::valueOf).toList());
    return policy.kind() + ", computed " + list;
  }

  /// `10 of 20 steps forecast, estimated speed-up 2.00 (power-law, computed 1 2 3 4 6 8 …)`.
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d of %d steps forecast, estimated speed-up %.2f (%s)",
        forecastSteps(),
        steps,
        speedupEstimate(),
        line());
  }
}
