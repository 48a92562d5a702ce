package io.inkstream.engine.device;

/// A device is missing, too small, or lacks its libraries.
public final class DeviceException extends EngineException {
  private static final long serialVersionUID = 1;

  public DeviceException(String message) {
    super(message);
  }

  public DeviceException(EngineException cause) {
    super(String.valueOf(cause.getMessage()), cause);
  }
}
