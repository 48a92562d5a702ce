package io.inkstream.engine.pipeline;

import io.inkstream.engine.transformer.GivenPicture;
import java.util.List;

/// Latents of given pictures, as the transformer reads them.
///
/// @param beside of those that go through it with the drawn picture at every step, packed, one
///   after the other; none: empty
/// @param before of those that stand among the text before it
@SuppressWarnings("ArrayRecordComponent") // handed on, compared never
record Conditions(float[] beside, List<GivenPicture> before) {
  static final Conditions NONE = beside(new float[0]);

  Conditions {
    before = List.copyOf(before);
  }

  static Conditions beside(float[] latents) {
    return new Conditions(latents, List.of());
  }

  static Conditions before(List<GivenPicture> pictures) {
    return new Conditions(new float[0], pictures);
  }
}
