package io.inkstream.engine.device;

/// A device takes no more work from this process: it has left its bus, or a failure has broken what
/// the process has on it. Whatever lies there is gone; a request that was drawn there may well be
/// drawn elsewhere.
public final class LostDeviceException extends EngineException {
  private static final long serialVersionUID = 1;

  /// @param why what its driver answers from now on
  public LostDeviceException(Device device, EngineException why) {
    super("device %s is lost: %s".formatted(device.label(), why.getMessage()), why);
  }
}
