package io.inkstream.cli.progress;

import io.inkstream.engine.forecast.ForecastDecision;
import io.inkstream.engine.pipeline.DrawingJournal;

/// What a forecast did, for people.
public final class ForecastReport {
  private ForecastReport() {}

  /// A line for each step, then the totals.
  public static String of(DrawingJournal journal) {
    return journal
        .forecast()
        .map(did -> table(journal) + did)
        .orElse("no forecast to report: give --forecast");
  }

  private static String table(DrawingJournal journal) {
    var out = new StringBuilder(" step  velocity\n");
    for (int i = 0; i < journal.forecastSteps().size(); i++) {
      out.append("%5d  %s%n".formatted(i + 1, cell(journal.forecastSteps().get(i))));
    }
    return out.toString();
  }

  private static String cell(ForecastDecision decision) {
    return switch (decision) {
      case ForecastDecision.Computed _ -> decision.outcome();
      case ForecastDecision.Forecast(int since) -> decision.outcome() + " from step " + since;
    };
  }
}
