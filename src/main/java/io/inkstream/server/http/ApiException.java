package io.inkstream.server.http;

import io.inkstream.server.refusal.Exit;
import io.inkstream.server.refusal.Reason;
import io.inkstream.server.refusal.Refusal;
import io.inkstream.server.refusal.Refusals;
import io.inkstream.server.refusal.RefusedException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request that is refused with an HTTP status and OpenAI's error object.
public final class ApiException extends RefusedException {
  /// A request's body, for people.
  static final String BODY = "The request body";

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
  public static ApiException bodyTooSlow() {
    return new ApiException(Refusals.ofStatus(408, "", "", null));
  }

  /// 413.
  public static ApiException bodyTooLarge(long most) {
    return tooLarge(BODY, most);
  }

  /// 413.

  /// @param what of the body
  /// @param most bytes that it may have
  public static ApiException tooLarge(String what, long most) {
    return new ApiException(Refusals.tooLarge(what, most));
  }

  /// 503: all bodies together are too large.
  static ApiException tooManyBodies() {
    return new ApiException(Refusals.tooManyBodies());
  }

  /// 404: a picture that is not kept, or not any more.
  public static ApiException imageNotFound(String message) {
    return new ApiException(Refusal.invalidRequest(404, message, null, "image_not_found"));
  }

  /// 404: a job that is not kept.
  public static ApiException jobNotFound(String id) {
    return job(404, "No job has the id '" + id + "'", "job_not_found");
  }

  /// 410: a job that was kept for its time.
  public static ApiException jobExpired(String id) {
    return job(410, "The job '" + id + "' has expired", "job_expired");
  }

  /// 409: what is asked of a job that has ended, or has not.
  public static ApiException jobIs(String id, String status, String otherwise) {
    return job(409, "The job '%s' is %s: %s".formatted(id, status, otherwise), "job_is_" + status);
  }

  /// 409: another request was made under this name.
  public static ApiException otherRequest(String param) {
    return new ApiException(
        Refusal.invalidRequest(
            409, param + " was given before, with another request", param, "other_request"));
  }

  /// 429: as many jobs wait as may.
  public static ApiException tooManyJobs(int waiting, Duration wait) {
    return new ApiException(Refusals.jobsFull(waiting, wait));
  }

  /// 416: a part of a file that begins behind its end.
  static ApiException noSuchRange(String range, long bytes) {
    var message = "Range is '%s', must begin within the %d bytes".formatted(range, bytes);
    return new ApiException(Refusal.invalidRequest(416, message, "Range", "no_such_range"));
  }

  /// A job that has ended without pictures, where somebody waits for them.
  public static ApiException jobFailed(
      int status, String message, String type, @Nullable String code) {
    return new ApiException(
        new Refusal(
            status, type, message, null, code, Optional.empty(), Exit.FAILED, Reason.ERROR));
  }

  private static ApiException job(int status, String message, String code) {
    return new ApiException(Refusal.invalidRequest(status, message, null, code));
  }

  /// 404: something of an id that is not kept, or not any more.
  ///
  /// @param what such as `file`
  public static ApiException notFound(String what, String id) {
    return new ApiException(
        Refusal.invalidRequest(
            404, "No such %s: %s".formatted(what, id), "id", what + "_not_found"));
  }

  /// 429: as many batches as may be are under way.
  public static ApiException tooManyBatches() {
    return new ApiException(Refusals.tooManyBatches());
  }

  /// 409: it cannot be so now.
  public static ApiException conflict(String message, String code) {
    return new ApiException(Refusal.invalidRequest(409, message, null, code));
  }

  /// 503: a picture that was to show that all is well was not drawn.
  public static ApiException unhealthy(Throwable cause) {
    return new ApiException(Refusals.unhealthy(cause));
  }
}
