package io.inkstream.engine.pipeline;

/// What a request takes where a device with memory of its own runs the networks.
///
/// @param host of the host's memory
/// @param device of the device's
/// @param room bytes of the device's memory beside the weights
public record HostAndDeviceMemory(HostMemoryEstimate host, DeviceMemoryEstimate device, long room)
    implements RequestMemory {

  /// Bytes of the host's.
  @Override
  public long bytes(LatentSize size, GenerationRequest request) {
    return host.bytes(size, request);
  }

  @Override
  public void requireRoomFor(LatentSize size, GenerationRequest request) {
    host.requireRoomFor(size, request);
    RequestMemory.require(device.bytes(size, request), room, "of the device's memory", size);
  }
}
