package io.inkstream.engine.model;

import io.inkstream.engine.quantization.QuantizationSettings;
import io.inkstream.engine.snapshot.ModelFiles;
import io.inkstream.engine.tensor.Precision;
import java.nio.file.Path;
import java.util.Optional;

/// Which model to load, and how.
///
/// @param files where it lies
/// @param precision one of the device that runs the networks
/// @param forecastTable a file of forecast tables beside those of the snapshot and of the cache
///   folder
/// @param adapters that act or may act
/// @param quantization what weights are kept in; empty: in what their files have
/// @param residency which of its parts stay where it runs
/// @param cards how several share the work
public record ModelSettings(
    ModelFiles files,
    Precision precision,
    Optional<Path> forecastTable,
    AdapterSettings adapters,
    Optional<QuantizationSettings> quantization,
    Residency residency,
    Cards cards) {
  /// With what fits staying where it runs.
  public ModelSettings(
      ModelFiles files,
      Precision precision,
      Optional<Path> forecastTable,
      AdapterSettings adapters,
      Optional<QuantizationSettings> quantization) {
    this(files, precision, forecastTable, adapters, quantization, Residency.AUTO, Cards.ONE);
  }

  /// A snapshot, perhaps with another VAE, without a file of forecast tables and adapters.
  public ModelSettings(Path modelPath, Optional<Path> vaePath, Precision precision) {
    this(modelPath, vaePath, precision, Optional.empty());
  }

  /// A snapshot, perhaps with another VAE, without adapters.
  public ModelSettings(
      Path modelPath, Optional<Path> vaePath, Precision precision, Optional<Path> forecastTable) {
    this(modelPath, vaePath, precision, forecastTable, AdapterSettings.NONE);
  }

  /// A snapshot, perhaps with another VAE, with the weights that the files have.
  public ModelSettings(
      Path modelPath,
      Optional<Path> vaePath,
      Precision precision,
      Optional<Path> forecastTable,
      AdapterSettings adapters) {
    this(ModelFiles.of(modelPath, vaePath), precision, forecastTable, adapters, Optional.empty());
  }
}
