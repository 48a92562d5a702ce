package io.inkstream.server.jobstore;

import org.jspecify.annotations.Nullable;

/// A store cannot do what it was asked. The message is one line, and names no path: it may be shown
/// to clients.
public final class JobStoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// Why.
  public enum Why {
    /// The disk, or whatever it keeps jobs in, has no room.
    NO_ROOM,
    /// It is not there now: it may be later.
    AWAY
  }

  private final Why why;

  public JobStoreException(Why why, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.why = why;
  }

  public Why why() {
    return why;
  }
}
