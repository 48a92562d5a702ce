package io.inkstream.engine.forecast;

/// A setting of the forecast that is not allowed. The message is one line: the setting, its value,
/// what it may be.
public final class InvalidForecastException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /// @param key the setting as a request names it: `policy`, `share`, `tolerance`
  /// @param allowed completes "must be …"
  public InvalidForecastException(String key, Object value, String allowed) {
    super("%s is %s, must be %s".formatted(("forecast " + key).strip(), value, allowed));
  }

  static void require(boolean holds, String key, Object value, String allowed) {
    if (!holds) {
      throw new InvalidForecastException(key, value, allowed);
    }
  }
}
