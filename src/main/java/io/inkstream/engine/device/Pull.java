package io.inkstream.engine.device;

/// Rows to copy from a device's memory to that of another of its kind, or within one's own.
///
/// @param to address of the first row, where they go to
/// @param pitch bytes from row to row there
/// @param from whose rows they are
/// @param address of the first row, where they come from
/// @param fromPitch bytes from row to row there
/// @param width bytes of a row
/// @param rows how many
public record Pull(
    long to, long pitch, DeviceDriver from, long address, long fromPitch, long width, long rows) {
  /// Of one piece.
  public static Pull piece(long to, DeviceDriver from, long address, long bytes) {
    return new Pull(to, bytes, from, address, bytes, bytes, 1);
  }
}
