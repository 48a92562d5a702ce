package io.inkstream.engine.runtime;

/// The memory of a device beside a model's weights, which pictures share.
public interface DeviceRoom {
  /// Bytes that a picture may take when no other is drawn and nobody else uses the device; what may
  /// leave it has left.
  long most();

  /// Bytes that a picture may take now when no other is drawn.
  long available();

  /// Takes room for a picture, if need be by making others leave.
  ///
  /// @throws DeviceBusyException if others, or other pictures, have it
  Stay take(long bytes);

  /// The room of a picture, until it is closed.
  interface Stay extends AutoCloseable {
    /// Whether no other picture has room now.
    boolean isAlone();

    @Override
    void close();
  }
}
