package io.inkstream.engine.forecast;

/// A setting of the forecast that is not allowed. The message is one line with all three parts, so
/// that a caller may say the same with its own name of the key.
public final class InvalidForecastException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final String key;
  private final String value;
  private final String allowed;

  public InvalidForecastException(String key, Object value, String allowed) {
    super("%s is %s, must be %s".formatted(("forecast " + key).strip(), value, allowed));
    this.key = key;
    this.value = value.toString();
    this.allowed = allowed;
  }

  /// The setting as a request names it: `policy`, `share`, `tolerance`.
  public String key() {
    return key;
  }

  /// What it was set to.
  public String value() {
    return value;
  }

  /// What it may be: completes "must be …".
  public String allowed() {
    return allowed;
  }

  static void require(boolean holds, String key, Object value, String allowed) {
    if (!holds) {
      throw new InvalidForecastException(key, value, allowed);
    }
  }
}
