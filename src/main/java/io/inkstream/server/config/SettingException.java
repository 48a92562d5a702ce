package io.inkstream.server.config;

/// A setting with a value that is not allowed; the message is one line that names the setting, the
/// value and what is allowed.
public final class SettingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean usage;

  /// @param usage whether a flag said it, rather than a variable or a file
  SettingException(String message, boolean usage) {
    super(message);
    this.usage = usage;
  }

  /// Whether a flag said it, rather than a variable or a file.
  public boolean isUsage() {
    return usage;
  }
}
