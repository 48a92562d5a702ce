package io.inkstream.cli.commands;

import picocli.CommandLine.Option;

/// What is told of a finished picture, on standard error.
final class ReportOptions {
  @Option(
      names = "--cache-report",
      description = "A table of what the cache did at every step, on standard error.")
  private boolean cache;

  @Option(
      names = "--forecast-report",
      description = "Which steps were computed and which forecast, on standard error.")
  private boolean forecast;

  boolean cache() {
    return cache;
  }

  boolean forecast() {
    return forecast;
  }
}
