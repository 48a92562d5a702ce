package io.inkstream.server.jobstore;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.jspecify.annotations.Nullable;

/// What OpenAI's error object holds, as the JSON that a job keeps.
public final class JobErrors {
  /// A server that stopped, and nobody takes its jobs up.
  public static final String INTERRUPTED =
      of("the server stopped before the job had ended", "server_error", null, "interrupted");

  private JobErrors() {}

  public static String of(
      String message, String type, @Nullable String param, @Nullable String code) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("message", message)
        .put("type", type)
        .put("param", param)
        .put("code", code)
        .toString();
  }

  /// A job whose process has died each time that it was drawn.
  static String deadly(int tries) {
    return of(
        "given up after %d tries: the server that drew it ended each time".formatted(tries),
        "server_error",
        null,
        "too_many_tries");
  }
}
