package io.inkstream.cli.commands;

import java.io.Console;
import java.util.Optional;

/// Whether somebody watches standard error.
final class Terminal {
  private Terminal() {}

  /// The launcher looks at standard error itself; Java can only tell of all streams together.
  static boolean isThere() {
    String told = System.getProperty("launcher.terminal", "");
    return told.isEmpty()
        ? Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()
        : told.equals("true");
  }
}
