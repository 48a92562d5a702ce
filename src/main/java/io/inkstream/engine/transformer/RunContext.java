package io.inkstream.engine.transformer;

import io.inkstream.engine.runtime.CancellationSignal;
import java.util.OptionalInt;

/// What the forwards of one request share from the first on. It is the run's, which frees what
/// there is to free.
///
/// @param modulations of every time, and of time 0 where something is as of then
/// @param zeroTime index of time 0 among them, if something is
/// @param adapters what those that act give to the networks
record RunContext(
    RunShape shape,
    Modulations modulations,
    OptionalInt zeroTime,
    AdapterInputs adapters,
    CancellationSignal signal) {
  void close() {
    modulations.close();
    adapters.close();
  }
}
