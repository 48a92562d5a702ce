package io.inkstream.engine.device;

/// What went between host and device, weights not counted. Downloads include the time that the host
/// waited for the results.
///
/// @param acrossBytes that came from other devices
public record Copies(long upBytes, long upNanos, long downBytes, long downNanos, long acrossBytes) {
  /// Nothing.
  public static final Copies NONE = new Copies(0, 0, 0, 0, 0);

  /// What has gone since then.
  public Copies since(Copies earlier) {
    return new Copies(
        upBytes - earlier.upBytes,
        upNanos - earlier.upNanos,
        downBytes - earlier.downBytes,
        downNanos - earlier.downNanos,
        acrossBytes - earlier.acrossBytes);
  }
}
