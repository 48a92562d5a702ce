package io.inkstream.server.store;

import org.jspecify.annotations.Nullable;

/// Pictures cannot be kept. The message is one line, and names no path: it may be shown to clients.
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// A picture that is there and cannot be read.
  public static StoreException unreadable(Throwable cause) {
    return new StoreException("a kept picture cannot be read", cause);
  }

  StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
