package io.inkstream.server.order;

import io.inkstream.engine.request.InvalidRequestException;
import java.util.Optional;

/// Which approximation a request gets, before its parameters are looked at.
public enum ApproximationKind {
  NOTHING,
  CACHE,
  FORECAST;

  /// What a request asks for.
  ///
  /// @param cache its `enable_cache_dit`
  /// @param forecast whether its `forecast` is an approximation, or false
  /// @param plain it names a sampler that no forecast goes with, or so few steps that each counts
  public record Asked(
      Optional<Boolean> cache, Optional<Boolean> forecast, Fidelity fidelity, boolean plain) {
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
  public static ApproximationKind of(
      Asked asked, boolean cacheByDefault, boolean forecastByDefault) {
    boolean cache = asked.wants(asked.cache());
    boolean forecast = asked.wants(asked.forecast());
    requireOne(asked, cache, forecast);
    if (cache || forecast) {
      return cache ? CACHE : FORECAST;
    }
    if (asked.fidelity() == Fidelity.EXACT) {
      return NOTHING;
    }
    boolean may = !asked.refuses(asked.forecast()) && !asked.plain();
    if (may && (asked.fidelity() == Fidelity.HIGH || forecastByDefault)) {
      return FORECAST;
    }
    return cacheByDefault && !asked.refuses(asked.cache()) ? CACHE : NOTHING;
  }

  private static void requireOne(Asked asked, boolean cache, boolean forecast) {
    if (cache && forecast) {
      throw new InvalidRequestException(
          "forecast",
          "forecast is given with enable_cache_dit, must be given without: one of them");
    }
    if (asked.fidelity() == Fidelity.EXACT && (cache || forecast)) {
      throw new InvalidRequestException(
          "quality",
          "quality is exact or lossless, must be left out with "
              + (cache ? "enable_cache_dit" : "forecast"));
    }
  }
}
