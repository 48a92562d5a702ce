package io.inkstream.cli.progress;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.cache.CacheDecision.Compute;
import io.inkstream.engine.forecast.ForecastDecision;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.pipeline.DrawingJournal;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/// What a cache did, for people: short for a line of progress, or all of it as a table.
public final class CacheReport {
  private CacheReport() {}

  /// `reused 0.103`: what the branches did, and the first one's difference; empty without a cache.
  static String note(List<CacheDecision> branches) {
    if (branches.isEmpty()) {
      return "";
    }
    List<String> outcomes = branches.stream().map(CacheDecision::outcome).distinct().toList();
    return (String.join("/", outcomes) + " " + diff(branches.getFirst().diff())).strip();
  }

  /// The same of a step; `computed` or `forecast` of one with a forecast.
  static String note(StepMade step) {
    return step.forecast().map(ForecastDecision::outcome).orElseGet(() -> note(step.cache()));
  }

  /// A line for each step, then the totals.
  public static String of(DrawingJournal journal) {
    return journal
        .cache()
        .map(did -> table(journal) + did)
        .orElse("no cache to report: give --enable-cache-dit");
  }

  private static String table(DrawingJournal journal) {
    var out = new StringBuilder();
    boolean guided = journal.cacheSteps().stream().anyMatch(branches -> branches.size() > 1);
    out.append(row("step", guided ? List.of("prompt", "negative prompt") : List.of("prompt")));
    for (int i = 0; i < journal.cacheSteps().size(); i++) {
      var cells = journal.cacheSteps().get(i).stream().map(CacheReport::cell).toList();
      out.append(row(String.valueOf(i + 1), cells));
    }
    return out.toString();
  }

  private static String row(String step, List<String> cells) {
    var line = new StringBuilder("%5s".formatted(step));
    cells.forEach(cell -> line.append("  ").append("%-34s".formatted(cell)));
    return line.toString().stripTrailing() + "\n";
  }

  private static String cell(CacheDecision decision) {
    String why =
        decision instanceof Compute compute
            ? compute.reason().name().toLowerCase(Locale.ROOT).replace('_', ' ')
            : "";
    return "%-9s %6s  %s".formatted(decision.outcome(), diff(decision.diff()), why);
  }

  private static String diff(OptionalDouble diff) {
    return diff.isPresent() ? String.format(Locale.ROOT, "%.3f", diff.getAsDouble()) : "";
  }
}
