package io.inkstream.server.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// The body of every answer that is no success. OpenAI's clients want all four keys, null or not.
@JsonInclude(Include.ALWAYS)
@Schema(name = "OpenAiError", description = "The body of every answer that is no success")
@RegisterForReflection
public record OpenAiError(Detail error) {
  /// What is wrong.
  ///
  /// @param param the request's field at fault
  /// @param code a word for programs
  @JsonInclude(Include.ALWAYS)
  @Schema(name = "ErrorDetail")
  @RegisterForReflection
  public record Detail(
      String message, String type, @Nullable String param, @Nullable String code) {}

  static OpenAiError invalidRequest(String message, @Nullable String param, @Nullable String code) {
    return new OpenAiError(new Detail(message, "invalid_request_error", param, code));
  }

  /// In OpenAI's words, less the key.
  static OpenAiError invalidApiKey() {
    var message = "Incorrect API key provided: send one as Authorization: Bearer KEY";
    return invalidRequest(message, null, "invalid_api_key");
  }

  static OpenAiError serverError(String message, @Nullable String code) {
    return new OpenAiError(new Detail(message, "server_error", null, code));
  }

  /// The error of an HTTP status that no handler of ours has given.
  ///
  /// @param message of the one who refused, if it may be shown
  static OpenAiError ofStatus(int status, String method, String path, @Nullable String message) {
    return switch (status) {
      case 403 -> invalidRequest("This origin may not ask here", null, "origin_not_allowed");
      case 404 ->
          invalidRequest("Unknown request URL: " + method + " " + path, null, "unknown_url");
      case 405 -> invalidRequest("Not allowed method for " + path + ": " + method, null, null);
      case 413 -> invalidRequest("The request body is too large", null, "request_too_large");
      case 415 ->
          invalidRequest("Content-Type must be application/json", null, "unsupported_media_type");
      default ->
          status < 500
              ? invalidRequest(message == null ? "Bad request" : message, null, null)
              : serverError("The server had an error while processing the request", null);
    };
  }
}
