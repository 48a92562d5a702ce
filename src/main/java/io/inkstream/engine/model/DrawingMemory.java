package io.inkstream.engine.model;

import io.inkstream.engine.pipeline.DeviceMemoryEstimate;
import io.inkstream.engine.pipeline.HostAndDeviceMemory;
import io.inkstream.engine.pipeline.HostMemoryEstimate;
import io.inkstream.engine.pipeline.MemoryEstimate;
import io.inkstream.engine.pipeline.RequestMemory;
import io.inkstream.engine.runtime.Device;
import io.inkstream.engine.tensor.DType;

/// The memory that requests take of a snapshot's networks.
record DrawingMemory(QwenImageSnapshot snapshot) {
  /// All of it, wherever it is.
  MemoryEstimate whole() {
    var config = snapshot.transformerConfig();
    return new MemoryEstimate(
        config.innerDim(), config.numLayers(), snapshot.vaeConfig().baseDim());
  }

  /// What is compared with what is free, where a device runs the networks.
  ///
  /// @param element in which it computes
  /// @param plan of what lies in its memory
  RequestMemory with(Device device, DType element, DevicePlan plan) {
    return switch (device) {
      // The emulated device's memory is the host's, too.
      case CPU, EMULATED -> whole();
      case CUDA -> new HostAndDeviceMemory(beside(), onDevice(element), plan.room());
    };
  }

  /// That of the device.
  DeviceMemoryEstimate onDevice(DType element) {
    var config = snapshot.transformerConfig();
    return new DeviceMemoryEstimate(
        config.innerDim(), config.numLayers(), snapshot.vaeConfig().baseDim(), element.bytes());
  }

  private HostMemoryEstimate beside() {
    var transformer = snapshot.transformerConfig();
    return new HostMemoryEstimate(
        transformer.innerDim(),
        transformer.inChannels(),
        snapshot.textEncoderConfig().hiddenSize());
  }
}
