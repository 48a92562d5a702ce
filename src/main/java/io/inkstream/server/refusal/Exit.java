package io.inkstream.server.refusal;

/// How a command ends that a failure has stopped.
public enum Exit {
  /// A line says what a person can mend.
  FAILED(1),
  /// A line says which option has which value, and what is allowed.
  USAGE(2),
  /// Somebody interrupted it.
  CANCELLED(130),
  /// Our own mistake: a trace is printed.
  MISTAKE(1);

  private final int code;

  Exit(int code) {
    this.code = code;
  }

  /// For the shell.
  public int code() {
    return code;
  }
}
