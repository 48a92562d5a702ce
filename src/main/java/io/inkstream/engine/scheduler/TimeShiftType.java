package io.inkstream.engine.scheduler;

import java.util.Locale;
import java.util.Optional;

/// How `mu` bends the sigmas: `time_shift_type` of a scheduler's config.
public enum TimeShiftType {
  /// `e^mu / (e^mu + (1/s - 1))`
  EXPONENTIAL,
  /// `mu / (mu + (1/s - 1))`
  LINEAR;

  /// The type that a config names, `exponential` or `linear`.
  public static Optional<TimeShiftType> named(String name) {
    for (TimeShiftType type : values()) {
      if (type.name().toLowerCase(Locale.ROOT).equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  double strength(double mu) {
    return switch (this) {
      case EXPONENTIAL -> Math.exp(mu);
      case LINEAR -> mu;
    };
  }
}
