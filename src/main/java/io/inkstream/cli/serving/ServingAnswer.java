package io.inkstream.cli.serving;

/// How one request went.
sealed interface ServingAnswer {
  /// From sending it to the last byte of its answer, or to giving up.
  double seconds();

  /// @param outputs pictures in the answer
  /// @param peakMemory in MB, as the server tells it; 0: it does not
  record Drawn(double seconds, int outputs, double peakMemory) implements ServingAnswer {}

  /// @param why in a line
  record Failed(double seconds, String why) implements ServingAnswer {}

  /// No answer in the time that a request gets.
  record TimedOut(double seconds) implements ServingAnswer {}

  /// In a line.
  default String outcome() {
    return switch (this) {
      case Drawn _ -> "drawn in %.2f s".formatted(seconds());
      case Failed(double _, String why) -> "failed after %.2f s: %s".formatted(seconds(), why);
      case TimedOut _ -> "timed out after %.2f s".formatted(seconds());
    };
  }
}
