package io.inkstream.engine.transformer;

import io.inkstream.engine.runtime.CancellationSignal;
import java.util.OptionalInt;

/// What the forwards of one request share from the first on. It is the run's, which frees what
/// there is to free.
///
/// @param slice which rows are the lane's
/// @param modulations of every time, and of time 0 where something is as of then
/// @param zeroTime index of time 0 among them, if something is
/// @param adapters what those that act give to the networks
record RunContext(
    RunShape shape,
    Slice slice,
    Modulations modulations,
    OptionalInt zeroTime,
    AdapterInputs adapters,
    CancellationSignal signal) {
  /// The lane's rows of the drawn picture, which become it.
  int drawnRows() {
    return slice.image().within(shape.drawnTokens()).rows();
  }

  /// The lane's rows of an image stream: those of given pictures follow.
  int imageRows() {
    return slice.image().rows();
  }

  void close() {
    modulations.close();
    adapters.close();
  }
}
