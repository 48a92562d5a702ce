package io.inkstream.server.refusal;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How a failure looks from outside: on HTTP, in a stream, in a shell, in metrics.
///
/// @param status of HTTP
/// @param type OpenAI's word for its kind
/// @param message for clients; nothing of our insides
/// @param param the request's field at fault
/// @param code a word for programs
/// @param retryAfter when the same request may go well; empty: never
/// @param exit how a command ends
/// @param reason of a job that was not taken in
public record Refusal(
    int status,
    String type,
    String message,
    @Nullable String param,
    @Nullable String code,
    Optional<Duration> retryAfter,
    Exit exit,
    Reason reason) {
  /// The client's fault.
  public static Refusal invalidRequest(
      int status, String message, @Nullable String param, @Nullable String code) {
    return new Refusal(
        status,
        "invalid_request_error",
        message,
        param,
        code,
        Optional.empty(),
        Exit.USAGE,
        Reason.INVALID);
  }

  /// The server's.
  public static Refusal serverError(int status, String message, @Nullable String code) {
    return new Refusal(
        status, "server_error", message, null, code, Optional.empty(), Exit.FAILED, Reason.ERROR);
  }

  /// Whether it is about something that clients are not told of: the log should have the trace.
  public boolean isInternal() {
    return status == 500 && code == null;
  }

  Refusal withStatus(int other) {
    return new Refusal(other, type, message, param, code, retryAfter, exit, reason);
  }

  Refusal withExit(Exit other) {
    return new Refusal(status, type, message, param, code, retryAfter, other, reason);
  }

  Refusal retriedAfter(Duration wait) {
    return new Refusal(status, type, message, param, code, Optional.of(wait), exit, reason);
  }

  Refusal because(Reason other) {
    return new Refusal(status, type, message, param, code, retryAfter, exit, other);
  }
}
