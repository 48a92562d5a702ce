package io.inkstream.engine.hub;

import io.inkstream.engine.weights.SnapshotException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is needed cannot be fetched. The message is one line: what, why, and what to do.
public final class HubException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// What would have to change.
  public enum Kind {
    /// What was asked for, or what is here of it.
    REFUSED,
    /// Time has to pass: a server does not answer, or not now.
    PASSING,
    /// A variable of this process.
    VARIABLE
  }

  private final Kind kind;
  private final @Nullable Duration after;

  HubException(String message) {
    this(Kind.REFUSED, message, null, null);
  }

  HubException(String message, Throwable cause) {
    this(Kind.REFUSED, message, null, cause);
  }

  private HubException(
      Kind kind, String message, @Nullable Duration after, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.after = after;
  }

  /// Of a variable that is not allowed.
  static HubException variable(String message) {
    return new HubException(Kind.VARIABLE, message, null, null);
  }

  /// Of a server that answers, but not now.
  ///
  /// @param after when it may be asked again, if it says so
  static HubException busy(String message, Optional<Duration> after) {
    return new HubException(Kind.PASSING, message, after.orElse(null), null);
  }

  /// Of what did not go well, however often it was tried.
  static HubException gaveUp(String message, Throwable cause) {
    return new HubException(Kind.PASSING, message, null, cause);
  }

  /// What would have to change.
  public Kind kind() {
    return kind;
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
