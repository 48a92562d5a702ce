package io.inkstream.engine.hub;

import io.inkstream.engine.weights.SnapshotException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is needed cannot be fetched. The message is one line: what, why, and what to do.
public final class HubException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean passing;
  private final @Nullable Duration after;

  HubException(String message) {
    super(message);
    this.passing = false;
    this.after = null;
  }

  HubException(String message, Throwable cause) {
    super(message, cause);
    this.passing = false;
    this.after = null;
  }

  private HubException(String message, @Nullable Duration after, @Nullable Throwable cause) {
    super(message, cause);
    this.passing = true;
    this.after = after;
  }

  /// Of a server that answers, but not now.
  ///
  /// @param after when it may be asked again, if it says so
  static HubException busy(String message, Optional<Duration> after) {
    return new HubException(message, after.orElse(null), null);
  }

  /// Of what did not go well, however often it was tried.
  static HubException gaveUp(String message, Throwable cause) {
    return new HubException(message, null, cause);
  }

  /// Whether it may go well another time.
  public boolean isPassing() {
    return passing;
  }

  /// When the server wants to be asked again.
  Optional<Duration> after() {
    return Optional.ofNullable(after);
  }

  /// A text that a server sent, on one line and not too long.
  static String shown(String text) {
    return SnapshotException.shown(text);
  }
}
