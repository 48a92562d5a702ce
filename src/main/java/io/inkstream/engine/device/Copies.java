package io.inkstream.engine.device;

/// What went between host and device, weights not counted. Downloads include the time that the host
/// waited for the results.
public record Copies(long upBytes, long upNanos, long downBytes, long downNanos) {
  /// Nothing.
  public static final Copies NONE = new Copies(0, 0, 0, 0);
}
