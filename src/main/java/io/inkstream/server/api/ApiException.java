package io.inkstream.server.api;

import org.jspecify.annotations.Nullable;

/// A request that is refused with an HTTP status and OpenAI's error object.
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final transient OpenAiError error;

  private ApiException(int status, OpenAiError error) {
    super(error.error().message());
    this.status = status;
    this.error = error;
  }

  /// 400: a field has a value that is not allowed.
  static ApiException badRequest(@Nullable String param, String message) {
    return new ApiException(400, OpenAiError.invalidRequest(message, param, "invalid_value"));
  }

  /// 404, in OpenAI's words.
  static ApiException modelNotFound(String model) {
    var message = "The model '" + model + "' does not exist";
    return new ApiException(404, OpenAiError.invalidRequest(message, "model", "model_not_found"));
  }

  /// 413.
  static ApiException bodyTooLarge() {
    return new ApiException(413, OpenAiError.ofStatus(413, "", "", null));
  }

  /// 404: a picture that is not kept, or not any more.
  static ApiException imageNotFound(String message) {
    return new ApiException(404, OpenAiError.invalidRequest(message, null, "image_not_found"));
  }

  int status() {
    return status;
  }

  OpenAiError error() {
    return error;
  }
}
