package io.inkstream.server.jobstore;

import java.time.Duration;

/// Which waiting job is next: the one with the greatest claim; of equal ones, the first to come.
/// Whoever claims brings its own, since it knows how fast it draws.
@FunctionalInterface
public interface LaneOrder {
  /// Never less for who has waited longer. NaN: whoever claims takes none of this lane now.
  ///
  /// @param lane of [Lane]
  double claim(int lane, Duration waited);
}
