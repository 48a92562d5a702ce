package io.inkstream.engine.forecast;

import java.util.List;

/// The segments of one request, one after the other: each is asked for when its first step has been
/// computed.
sealed interface Segments
    permits PowerLawSegments, BothEndsSegments, GuardedSegments, TableSegments, MeanCacheSegments {
  /// How many computed velocities its segments weigh.
  default int remembered() {
    return 3;
  }

  /// The segment that begins at the last of the computed steps.
  ///
  /// @param made the computed steps, the latest first; as many as are remembered
  Segment after(List<Computed> made);

  /// A computed step.
  ///
  /// @param step from 0
  /// @param velocities of each picture, after guidance
  /// @param defect how far they are from their forecast
  record Computed(int step, List<float[]> velocities, Defect defect) {}

  /// The first of planned steps behind a step, or the number of steps.
  static int next(int[] planned, int step, int steps) {
    for (int one : planned) {
      if (one > step) {
        return one;
      }
    }
    return steps;
  }
}
