package io.inkstream.server.jobs;

import io.inkstream.engine.device.LostDeviceException;
import java.util.List;
import java.util.Optional;

/// One of those that draw, as it is now.
///
/// @param devices that it draws on, by their names
/// @param drawing jobs that it draws, or a part of
/// @param lost why it draws no more; empty: it does
public record ReplicaState(List<String> devices, int drawing, Optional<LostDeviceException> lost) {
  public ReplicaState {
    devices = List.copyOf(devices);
  }

  public boolean isLost() {
    return lost.isPresent();
  }
}
