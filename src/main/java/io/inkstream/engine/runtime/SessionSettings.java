package io.inkstream.engine.runtime;

import io.inkstream.engine.tensor.Precision;

/// How a subgraph is prepared.
///
/// @param precision what becomes of its weights
/// @param layout rewrite convolutions into the processor's blocked channel layout
/// @param keepMemory hold working memory between runs; otherwise the system gets it back after each
/// @param onHost run on the processor even where there is a device
public record SessionSettings(
    Precision precision, boolean layout, boolean keepMemory, boolean onHost) {
  /// Working memory is kept, unless the weights are not.
  public static SessionSettings of(Precision precision) {
    return new SessionSettings(precision, false, inMemory(precision), false);
  }

  private static boolean inMemory(Precision precision) {
    return switch (precision) {
      case Precision.Packed _, Precision.OnDevice _ -> true;
      case Precision.Mapped _ -> false;
    };
  }

  /// Whether weights of other types are widened once, when the session is made; otherwise at every
  /// run.
  boolean foldConstants() {
    return inMemory(precision);
  }

  /// Whether weights are copied into the layout that the kernels like best.
  boolean prepack() {
    return inMemory(precision);
  }

  /// Whether float32 products may round their factors on a device.
  boolean tf32() {
    return switch (precision) {
      case Precision.Packed _, Precision.Mapped _ -> false;
      case Precision.OnDevice(_, boolean tf32) -> tf32;
    };
  }

  /// The same with convolutions in blocked layout.
  public SessionSettings convolutions() {
    return new SessionSettings(precision, true, keepMemory, onHost);
  }

  /// The same on the processor.
  public SessionSettings hosted() {
    return new SessionSettings(precision, layout, keepMemory, true);
  }

  /// The same, holding working memory between runs.
  SessionSettings kept() {
    return new SessionSettings(precision, layout, true, onHost);
  }

  /// The same, giving working memory back after each run.
  public SessionSettings released() {
    return new SessionSettings(precision, layout, false, onHost);
  }
}
