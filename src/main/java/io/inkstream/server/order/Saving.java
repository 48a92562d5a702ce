package io.inkstream.server.order;

import io.inkstream.engine.pipeline.InvalidRequestException;
import java.util.Optional;

/// Which approximation a request gets, before its parameters are looked at.
public enum Saving {
  NOTHING,
  CACHE,
  FORECAST;

  /// What a request says.
  ///
  /// @param cache its `enable_cache_dit`
  /// @param forecast whether its `forecast` is an approximation, or false
  /// @param plainSampler it names a sampler that no forecast goes with
  public record Said(
      Optional<Boolean> cache,
      Optional<Boolean> forecast,
      Fidelity fidelity,
      boolean plainSampler) {
    private boolean wants(Optional<Boolean> field) {
      return field.orElse(false);
    }

    private boolean refuses(Optional<Boolean> field) {
      return !field.orElse(true);
    }
  }

  /// What SGLang's `quality` says.
  public enum Fidelity {
    /// Nothing.
    UNSAID,
    /// `exact`, `lossless`: nothing is approximated, whatever the settings say.
    EXACT,
    /// `high`: may be approximated.
    HIGH
  }

  /// A request's own words beat the settings, the more particular ones the others.
  ///
  /// @param cacheByDefault whether requests have a cache that do not say
  /// @param forecastByDefault whether they have a forecast
  /// @throws InvalidRequestException if its words contradict each other
  public static Saving of(Said said, boolean cacheByDefault, boolean forecastByDefault) {
    boolean cache = said.wants(said.cache());
    boolean forecast = said.wants(said.forecast());
    requireOne(said, cache, forecast);
    if (cache || forecast) {
      return cache ? CACHE : FORECAST;
    }
    if (said.fidelity() == Fidelity.EXACT) {
      return NOTHING;
    }
    boolean may = !said.refuses(said.forecast()) && !said.plainSampler();
    if (may && (said.fidelity() == Fidelity.HIGH || forecastByDefault)) {
      return FORECAST;
    }
    return cacheByDefault && !said.refuses(said.cache()) ? CACHE : NOTHING;
  }

  private static void requireOne(Said said, boolean cache, boolean forecast) {
    if (cache && forecast) {
      throw new InvalidRequestException(
          "forecast",
          "forecast is given with enable_cache_dit, must be given without: one of them");
    }
    if (said.fidelity() == Fidelity.EXACT && (cache || forecast)) {
      throw new InvalidRequestException(
          "quality",
          "quality is exact or lossless, must be left out with "
              + (cache ? "enable_cache_dit" : "forecast"));
    }
  }
}
