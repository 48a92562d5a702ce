package io.inkstream.engine.quantization;

import io.inkstream.engine.snapshot.CacheFolder;
import java.nio.file.Path;

/// What weights are kept in, and where the files with them lie.
///
/// @param folder for files that can be made again
/// @param mostBytes of all files there; of the least recently used ones go first when another is
///   made
public record QuantizationSettings(Quantization type, Path folder, long mostBytes) {
  /// In the user's cache folder.
  public static QuantizationSettings of(Quantization type, long mostBytes) {
    var cache = CacheFolder.of(System.getenv());
    return new QuantizationSettings(type, cache.path().resolve("quantized"), mostBytes);
  }
}
