package io.inkstream.server.record;

import org.jspecify.annotations.Nullable;

/// A record or a client's file cannot be kept or read. The message is one line, and names no path:
/// it may be shown to clients.
public final class RecordException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public RecordException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
