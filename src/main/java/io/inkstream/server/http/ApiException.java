package io.inkstream.server.http;

import io.inkstream.server.refusal.Refusal;
import io.inkstream.server.refusal.Refusals;
import io.inkstream.server.refusal.RefusedException;
import org.jspecify.annotations.Nullable;

/// A request that is refused with an HTTP status and OpenAI's error object.
public final class ApiException extends RefusedException {
  private static final long serialVersionUID = 1;

  private ApiException(Refusal refusal) {
    super(refusal);
  }

  /// 400: a field has a value that is not allowed.
  public static ApiException badRequest(@Nullable String param, String message) {
    return new ApiException(Refusals.badRequest(param, message));
  }

  /// 404, in OpenAI's words.
  public static ApiException modelNotFound(String model) {
    var message = "The model '" + model + "' does not exist";
    return new ApiException(Refusal.invalidRequest(404, message, "model", "model_not_found"));
  }

  /// 408.
  static ApiException bodyTooSlow() {
    return new ApiException(Refusals.ofStatus(408, "", "", null));
  }

  /// 413.
  static ApiException bodyTooLarge() {
    return new ApiException(Refusals.ofStatus(413, "", "", null));
  }

  /// 503: all bodies together are too large.
  static ApiException tooManyBodies() {
    return new ApiException(Refusals.tooManyBodies());
  }

  /// 404: a picture that is not kept, or not any more.
  public static ApiException imageNotFound(String message) {
    return new ApiException(Refusal.invalidRequest(404, message, null, "image_not_found"));
  }

  /// 503: a picture that was to show that all is well was not drawn.
  public static ApiException unhealthy(Throwable cause) {
    return new ApiException(Refusals.unhealthy(cause));
  }
}
