package io.inkstream.engine.forecast;

import java.util.List;

/// The segments of one request, one after the other: each is asked for when its first step has been
/// computed.
sealed interface Segments permits PowerLawSegments, TableSegments, AdaptiveSegments {
  /// @param earlier the computed step before and its velocities
  Segment after(Computed earlier, Computed now);

  /// The segment of step 0.
  Segment first();

  /// A computed step.
  ///
  /// @param step from 0
  /// @param latents of each picture at its beginning
  /// @param velocities of each picture, after guidance
  record Computed(int step, List<float[]> latents, List<float[]> velocities) {
    Computed withoutLatents() {
      return new Computed(step, List.of(), velocities);
    }
  }
}
