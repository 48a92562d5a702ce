package io.inkstream.engine.runtime;

import java.util.Set;

/// The names of a graph's inputs or outputs against those that a caller gave.
final class Names {
  private Names() {}

  /// @throws IllegalArgumentException if they are not the same
  static void check(String graph, String what, Set<String> expected, Set<String> given) {
    if (!expected.equals(given)) {
      throw new IllegalArgumentException(
          graph + " has " + what + " " + expected + ", was given " + given);
    }
  }
}
