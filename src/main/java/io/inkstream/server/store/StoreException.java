package io.inkstream.server.store;

import org.jspecify.annotations.Nullable;

/// Pictures cannot be kept. The message is one line, and names no path: it may be shown to clients.
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
