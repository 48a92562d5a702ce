package io.inkstream.engine.request;

import io.inkstream.engine.cache.InvalidCacheConfigException;
import io.inkstream.engine.forecast.InvalidForecastException;

/// A request that cannot be served as it is; the message names the parameter, its value and what is
/// allowed.
public final class InvalidRequestException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String parameter;

  /// @param parameter the wire's name of the parameter at fault
  public InvalidRequestException(String parameter, String message) {
    super(message);
    this.parameter = parameter;
  }

  /// The same for a setting of the cache.
  public static InvalidRequestException of(InvalidCacheConfigException invalid) {
    String steps = "num_inference_steps";
    return new InvalidRequestException(
        invalid.key().equals(steps) ? steps : "cache_dit_params",
        String.valueOf(invalid.getMessage()));
  }

  /// The same for a setting of the forecast.
  public static InvalidRequestException of(InvalidForecastException invalid) {
    return new InvalidRequestException("forecast", String.valueOf(invalid.getMessage()));
  }

  /// The wire's name of the parameter at fault: `size`, `num_inference_steps`, ….
  public String parameter() {
    return parameter;
  }

  /// Refuses a parameter unless its value is allowed.
  ///
  /// @param allowed in words
  /// @throws InvalidRequestException if it does not hold
  public static void require(boolean holds, String parameter, Object value, String allowed) {
    if (!holds) {
      throw new InvalidRequestException(
          parameter, parameter + " is " + value + ", must be " + allowed);
    }
  }
}
