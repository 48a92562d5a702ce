package io.inkstream.engine.model;

import io.inkstream.engine.forecast.ForecastTables;
import io.inkstream.engine.snapshot.CacheFolder;
import io.inkstream.engine.snapshot.ModelFingerprint;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.weights.SnapshotException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Where a model's forecast tables lie: in a file that somebody names, in the cache folder, or in
/// the snapshot itself.
///
/// The cache folder is `XDG_CACHE_HOME/inkstream/forecast`, else `~/.cache/inkstream/forecast`.
public final class ForecastStore {
  private static final String IN_SNAPSHOT = "forecast_tables.json";

  private final QwenImageSnapshot snapshot;
  private final Path folder;
  private Optional<String> known = Optional.empty();

  /// @param environment the process's variables
  public ForecastStore(QwenImageSnapshot snapshot, Map<String, String> environment) {
    this.snapshot = snapshot;
    this.folder = CacheFolder.of(environment).path().resolve("forecast");
  }

  /// The model's fingerprint.
  public String fingerprint() {
    if (known.isEmpty()) {
      known = Optional.of(ModelFingerprint.of(snapshot));
    }
    return known.get();
  }

  /// The file in the cache folder, where calibration writes.
  public Path file() {
    return folder.resolve(fingerprint() + ".json");
  }

  /// The folder for what calibration remembers between two runs.
  public Path work() {
    return folder.resolve(fingerprint());
  }

  /// All tables of the model, the most particular first. What lies in the snapshot or in the cache
  /// folder and was fitted to another model is left alone.
  ///
  /// @param named a file that must be this model's
  /// @throws SnapshotException if a file is damaged, or the named one another model's
  public ForecastTables tables(Optional<Path> named) {
    var tables = named.map(this::mustMatch).orElse(ForecastTables.NONE);
    if (Files.isDirectory(folder) && Files.exists(file())) {
      tables = tables.and(mayMatch(file()));
    }
    Path own = snapshot.path().resolve(IN_SNAPSHOT);
    return Files.exists(own) ? tables.and(mayMatch(own)) : tables;
  }

  private ForecastTables mustMatch(Path file) {
    var read = ForecastTableFile.read(file);
    if (!read.fingerprint().equals(fingerprint())) {
      throw new SnapshotException(
          file,
          "was fitted to the model %s, must be fitted to %s, which is this one"
              .formatted(read.fingerprint(), fingerprint()));
    }
    return read.tables();
  }

  private ForecastTables mayMatch(Path file) {
    var read = ForecastTableFile.read(file);
    return read.fingerprint().equals(fingerprint()) ? read.tables() : ForecastTables.NONE;
  }
}
