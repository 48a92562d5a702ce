package io.inkstream.server.order;

import io.inkstream.engine.pipeline.Guidance;
import java.util.OptionalInt;

/// What an order is that does not say, beyond what [Field#fallback] says, and the most it may ask.
///
/// @param steps the model's or the server's
/// @param size the model's or the server's
/// @param mostPixels of one picture
/// @param compression of files; empty: the format's own
public record Defaults(
    int steps, PictureSize size, long mostPixels, OptionalInt compression, Savings savings) {
  /// For an order that says everything.
  static final Defaults NONE =
      new Defaults(
          Guidance.DEFAULT.steps(),
          new PictureSize(1024, 1024),
          Long.MAX_VALUE,
          OptionalInt.empty(),
          Savings.NONE);
}
