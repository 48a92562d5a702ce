package io.inkstream.engine.runtime;

/// What lies on a device and may leave it while a picture needs the room.
public interface DeviceLodger {
  /// Bytes of weights that the device has back when it leaves.
  long bytes();

  /// Leaves. It comes back by itself, as it is needed and there is room.
  void leave();
}
