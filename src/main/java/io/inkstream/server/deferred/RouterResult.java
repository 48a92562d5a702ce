package io.inkstream.server.deferred;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// What has become of a message, as llm-d-async says it.
///
/// @param statusCode of HTTP; absent if there was no answer
/// @param payload the answer's body; without an answer, `{"error": MESSAGE}`
/// @param errorCode why there is no answer; absent if there is one
/// @see <a href="https://github.com/llm-d/llm-d-async">`ResultMessage` of its `api/api.go`</a>
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
@Schema(hidden = true) // goes to Redis, no route answers it
record RouterResult(
    String id,
    @Nullable Integer statusCode,
    String payload,
    @Nullable String errorCode,
    @Nullable String errorMessage) {
  static RouterResult answered(String id, int status, String body) {
    return new RouterResult(id, status, body, null, null);
  }

  /// Nobody wants it any more.
  static RouterResult late(String id) {
    return without(id, "DEADLINE_EXCEEDED", "deadline exceeded");
  }

  static RouterResult cancelled(String id) {
    return without(id, "CANCELLED", "cancelled");
  }

  /// Its job is there no more.
  static RouterResult lost(String id) {
    return without(id, "INFERENCE_ERROR", "its job is not kept any more");
  }

  /// A message that is none.
  static RouterResult invalid(String why) {
    return without("", "INVALID_REQUEST", why);
  }

  private static RouterResult without(String id, String code, String message) {
    return new RouterResult(id, null, "{\"error\":\"" + message + "\"}", code, message);
  }
}
