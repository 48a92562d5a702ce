package io.inkstream.server.config;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/// The names of [DenoisingSettings]' properties, so that none of them counts as unknown; see
/// [ModelConfig] for why all are texts.
@ConfigMapping(prefix = "inkstream.forecast")
public interface ForecastConfig {
  /// Whether requests have a forecast that do not say: `true` or `false` (default).
  Optional<String> enabled();

  /// `power-law`, `calibrated` or `adaptive`. Default: a table that fits, else `power-law`.
  Optional<String> policy();

  /// The share of the steps that is computed, above 0, at most 1; default 0.5.
  Optional<String> share();

  /// Of `adaptive`, above 0; default 0.04.
  Optional<String> tolerance();

  /// A file of forecast tables beside the model's own.
  Optional<String> table();

  /// Whether a request's `quality` of `high` means a forecast of share 0.5: `true` (default) or
  /// `false`.
  Optional<String> qualityHigh();
}
