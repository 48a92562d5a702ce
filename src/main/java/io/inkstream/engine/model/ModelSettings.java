package io.inkstream.engine.model;

import io.inkstream.engine.tensor.Precision;
import java.nio.file.Path;
import java.util.Optional;

/// Which snapshot to load, and how.
///
/// @param modelPath a snapshot of the published form
/// @param vaePath another folder for the VAE
/// @param precision one of the device that runs the networks
/// @param forecastTable a file of forecast tables beside those of the snapshot and of the cache
///   folder
public record ModelSettings(
    Path modelPath, Optional<Path> vaePath, Precision precision, Optional<Path> forecastTable) {
  /// Without a file of forecast tables.
  public ModelSettings(Path modelPath, Optional<Path> vaePath, Precision precision) {
    this(modelPath, vaePath, precision, Optional.empty());
  }
}
