package io.inkstream.engine.estimate;

/// What of a drawing runs on a device, where several draw it.
///
/// @param blocks of the transformer
/// @param encodes whether layers of the text encoder do
/// @param caches whether a cache remembers there
/// @param decodes whether the VAE does
public record DeviceDuty(int blocks, boolean encodes, boolean caches, boolean decodes) {
  /// Everything.
  ///
  /// @param blocks of the transformer
  public static DeviceDuty all(int blocks) {
    return new DeviceDuty(blocks, true, true, true);
  }
}
