package io.inkstream.engine.model;

import io.inkstream.engine.device.Parallelism;

/// How a model uses several cards.
///
/// @param textEncoder cards of a replica that the text encoder's layers are placed on
public record Cards(Parallelism parallelism, int textEncoder) {
  /// One card does it all.
  public static final Cards ONE = new Cards(Parallelism.NONE, 1);
}
