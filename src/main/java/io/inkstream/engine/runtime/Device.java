package io.inkstream.engine.runtime;

import java.util.Locale;

/// What runs the networks.
public enum Device {
  /// The processor.
  CPU,
  /// A graphics card of NVIDIA's, the first that the CUDA driver shows.
  CUDA,
  /// The processor by way of all that a device needs: its own memory, one stream, weights that are
  /// copied there. For tests.
  EMULATED;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
