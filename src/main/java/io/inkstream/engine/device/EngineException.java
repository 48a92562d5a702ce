package io.inkstream.engine.device;

/// ONNX Runtime refused a graph or failed in one, and the message names the subgraph; or, as a
/// [DeviceException], a device is missing or too small; or, as an [OutOfDeviceMemoryException], it
/// has no memory left; or, as a [LostDeviceException], it takes no more work.
public sealed class EngineException extends RuntimeException
    permits DeviceException, LostDeviceException, OutOfDeviceMemoryException {
  private static final long serialVersionUID = 1;

  public EngineException(String message) {
    super(message);
  }

  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
