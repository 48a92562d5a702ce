package io.inkstream.engine.cache;

/// A cache setting that is not allowed. The message is one line with all three parts, so that a
/// caller may say the same with its own name of the key.
public final class InvalidCacheConfigException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final String key;
  private final String value;
  private final String allowed;

  InvalidCacheConfigException(String key, Object value, String allowed) {
    super("%s is %s, must be %s".formatted(key, value, allowed));
    this.key = key;
    this.value = value.toString();
    this.allowed = allowed;
  }

  /// The setting, as a request names it: `max_warmup_steps`, `scm_compute_bins`, ….
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
      throw new InvalidCacheConfigException(key, value, allowed);
    }
  }
}
