package io.inkstream.engine.transformer;

import io.inkstream.engine.runtime.CancellationSignal;

/// Makes the modulations of all steps of a schedule, which depend on time alone.
public sealed interface ModulationMaker extends AutoCloseable
    permits HostModulations, BlockModulations, DeviceModulations, SharedModulations {
  /// The caller closes them.
  ///
  /// @param timesteps of the steps, in [0, 1]
  /// @param adapters that act
  Modulations make(float[] timesteps, AdapterInputs adapters, CancellationSignal signal);

  @Override
  void close();
}
