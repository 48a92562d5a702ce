package io.inkstream.cli.doctor;

/// What was found of one thing.
///
/// @param what was looked at
/// @param found in a line
/// @param advice what to do; empty: nothing
public record Finding(String what, Level level, String found, String advice) {
  /// How bad it is.
  public enum Level {
    OK("ok"),
    /// It works, but not as it might.
    WARNING("warning"),
    /// A server with these settings does not start, or draws nothing.
    FAULT("fault");

    private final String word;

    Level(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  static Finding ok(String what, String found) {
    return new Finding(what, Level.OK, found, "");
  }

  static Finding warning(String what, String found, String advice) {
    return new Finding(what, Level.WARNING, found, advice);
  }

  static Finding fault(String what, String found, String advice) {
    return new Finding(what, Level.FAULT, found, advice);
  }

  /// A line, such as `fault port: 30000 is in use; stop who has it, or --port`.
  @Override
  public String toString() {
    String line = "%-8s %s: %s".formatted(level, what, found);
    return advice.isEmpty() ? line : line + "; " + advice;
  }
}
