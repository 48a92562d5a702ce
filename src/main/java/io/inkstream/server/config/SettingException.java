package io.inkstream.server.config;

/// A setting with a value that is not allowed; the message is one line that names the setting, the
/// value and what is allowed.
public final class SettingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  SettingException(String message) {
    super(message);
  }
}
