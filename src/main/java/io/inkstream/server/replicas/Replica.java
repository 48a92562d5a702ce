package io.inkstream.server.replicas;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.LostDeviceException;
import io.inkstream.server.jobs.ImageGenerator;
import io.inkstream.server.jobs.ReplicaState;
import java.util.List;
import java.util.Optional;

/// One that draws alone, with the whole model. What it is doing is guarded by its [ReplicaPlaces].
public final class Replica {
  private final ImageGenerator generator;
  private final List<Device> devices;
  int drawing;
  long begun;
  Optional<LostDeviceException> lost = Optional.empty();

  /// @param devices that it draws on, which no other has
  public Replica(ImageGenerator generator, List<Device> devices) {
    this.generator = generator;
    this.devices = List.copyOf(devices);
  }

  ImageGenerator generator() {
    return generator;
  }

  ReplicaState state() {
    return new ReplicaState(devices.stream().map(Device::label).toList(), drawing, lost);
  }
}
