package io.inkstream.engine.device;

/// A device has not the memory now that a picture needs; others have it. Later it may.
public final class DeviceBusyException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public DeviceBusyException(String message) {
    super(message);
  }
}
