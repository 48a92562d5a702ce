package io.inkstream.engine.model;

import io.inkstream.engine.runtime.SessionSettings;
import java.util.Arrays;
import java.util.Locale;

/// How the networks' weights are held.
public enum WeightMode {
  /// Widened to float32 and packed when loaded: fastest.
  FAST(SessionSettings.FAST),
  /// Left in their mapped files: starts at once, takes next to no private memory, runs slower.
  LOW_MEMORY(SessionSettings.LOW_MEMORY);

  private final SessionSettings session;

  WeightMode(SessionSettings session) {
    this.session = session;
  }

  SessionSettings session() {
    return session;
  }

  /// The mode of that name: `fast` or `low-memory`.
  ///
  /// @throws IllegalArgumentException if there is none
  public static WeightMode named(String name) {
    return Arrays.stream(values())
        .filter(mode -> mode.toString().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "weights is \"" + name + "\", must be one of " + Arrays.toString(values())));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
