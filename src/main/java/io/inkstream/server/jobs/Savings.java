package io.inkstream.server.jobs;

import io.inkstream.engine.request.Approximation;
import java.util.LinkedHashMap;
import java.util.Map;

/// How much is saved where that is not known before: by a cache whose threshold decides, by a
/// forecast whose tolerance does. Learned at every step of every job, for each approximation by
/// itself. Safe for any thread.
///
/// What has not been seen saves nothing, so that no job looks shorter than its settings make sure.
final class Savings {
  private static final int REMEMBERED = 100;
  // After fifty steps more, a step counts about a third.
  private static final double MEMORY = 0.98;

  // In order of use, so that the eldest is the first to go.
  private final Map<Approximation, Seen> seen = new LinkedHashMap<>(16, 0.75f, true);

  private record Seen(double saved, double possible) {
    Seen and(Seen last) {
      return new Seen(MEMORY * saved + last.saved, MEMORY * possible + last.possible);
    }

    double share() {
      return possible <= 0 ? 0 : Math.clamp(saved / possible, 0, 1);
    }
  }

  /// Takes in a step.
  ///
  /// @param saved of its cost
  /// @param possible what could have been saved
  synchronized void learn(Approximation approximation, double saved, double possible) {
    if (saved > 0 || possible > 0) {
      seen.merge(approximation, new Seen(saved, possible), Seen::and);
      if (seen.size() > REMEMBERED) {
        seen.remove(seen.keySet().iterator().next());
      }
    }
  }

  /// How much of what is possible to expect, 0 to 1.
  synchronized double share(Approximation approximation) {
    return seen.getOrDefault(approximation, new Seen(0, 0)).share();
  }
}
