package io.inkstream.server.api;

import io.inkstream.engine.pipeline.InvalidRequestException;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.server.jobs.ModelNotReadyException;
import io.inkstream.server.jobs.QueueFullException;
import io.inkstream.server.jobs.ShuttingDownException;
import io.inkstream.server.store.StoreException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Every failure as OpenAI's error object. Its clients send a request again after 409, 429 and 5xx,
/// unless told not to: what would fail again says `x-should-retry: false`.
final class ErrorMappers {
  private static final Logger LOG = Logger.getLogger(ErrorMappers.class);
  private static final int SECONDS_TO_LOAD = 2;

  @ServerExceptionMapper
  public RestResponse<OpenAiError> refused(ApiException e) {
    var response = forGood(e.status(), e.error());
    if (e.status() == 413) {
      // The rest of the body is not read, so nothing can follow on this connection.
      response.getHeaders().add("Connection", "close");
    }
    return response;
  }

  /// A picture that was to show that all is well was not drawn.
  @ServerExceptionMapper
  public RestResponse<OpenAiError> unhealthy(UnhealthyException e) {
    return switch (e.getCause()) {
      case ModelNotReadyException loading -> notReady(loading);
      case ShuttingDownException stopping -> draining(stopping);
      case CancelledException cancelled -> cancelled(cancelled);
      case QueueFullException full -> later(503, queueFull(full), full.retryAfter().toMillis());
      case null, default -> {
        LOG.error("a picture that was to show the server's health was not drawn", e.getCause());
        yield forGood(503, OpenAiError.serverError("no picture could be drawn", "unhealthy"));
      }
    };
  }

  @ServerExceptionMapper
  public RestResponse<OpenAiError> invalid(InvalidRequestException e) {
    var message = String.valueOf(e.getMessage());
    return forGood(400, OpenAiError.invalidRequest(message, e.parameter(), "invalid_value"));
  }

  /// Somebody must make room, or mend the folder's rights: the log says where.
  @ServerExceptionMapper
  public RestResponse<OpenAiError> notKept(StoreException e) {
    LOG.errorf("%s (%s)", e.getMessage(), e.getCause());
    var message = String.valueOf(e.getMessage());
    return forGood(500, OpenAiError.serverError(message, "image_store_failed"));
  }

  @ServerExceptionMapper
  public RestResponse<OpenAiError> full(QueueFullException e) {
    return later(429, queueFull(e), e.retryAfter().toMillis());
  }

  private static OpenAiError queueFull(QueueFullException e) {
    return new OpenAiError(
        new OpenAiError.Detail(
            String.valueOf(e.getMessage()), "rate_limit_error", null, "queue_full"));
  }

  @ServerExceptionMapper
  public RestResponse<OpenAiError> notReady(ModelNotReadyException e) {
    var error = OpenAiError.serverError(String.valueOf(e.getMessage()), "model_not_ready");
    return later(503, error, SECONDS_TO_LOAD * 1000L);
  }

  @ServerExceptionMapper
  public RestResponse<OpenAiError> draining(ShuttingDownException e) {
    var error = OpenAiError.serverError(String.valueOf(e.getMessage()), "shutting_down");
    return later(503, error, SECONDS_TO_LOAD * 1000L);
  }

  /// Nobody reads this, unless it was the server that cancelled.
  @ServerExceptionMapper
  public RestResponse<OpenAiError> cancelled(CancelledException e) {
    return later(
        503,
        OpenAiError.serverError("the job was cancelled", "cancelled"),
        SECONDS_TO_LOAD * 1000L);
  }

  @ServerExceptionMapper
  public RestResponse<OpenAiError> http(
      WebApplicationException e, ContainerRequestContext request) {
    int status = e.getResponse().getStatus();
    var path = request.getUriInfo().getPath();
    return forGood(status, OpenAiError.ofStatus(status, request.getMethod(), path, e.getMessage()));
  }

  /// The body did not arrive: the client hung up, or Quarkus has answered 413 to one without an
  /// end.
  @ServerExceptionMapper
  public RestResponse<OpenAiError> unread(IOException e) {
    LOG.debug("a request's body was not read", e);
    return forGood(400, OpenAiError.ofStatus(400, "", "", "The request body cannot be read"));
  }

  /// Our own mistake: the trace is for the log alone.
  @ServerExceptionMapper
  public RestResponse<OpenAiError> unexpected(Throwable e) {
    LOG.error("a request failed", e);
    return forGood(500, OpenAiError.ofStatus(500, "", "", null));
  }

  private static RestResponse<OpenAiError> forGood(int status, OpenAiError error) {
    return builder(status, error).header("x-should-retry", "false").build();
  }

  private static RestResponse<OpenAiError> later(int status, OpenAiError error, long millis) {
    long seconds = Math.max(1, Math.ceilDiv(millis, 1000L));
    return builder(status, error).header(HttpHeaders.RETRY_AFTER, seconds).build();
  }

  private static ResponseBuilder<OpenAiError> builder(int status, OpenAiError error) {
    return ResponseBuilder.create(RestResponse.Status.fromStatusCode(status), error)
        .type(MediaType.APPLICATION_JSON_TYPE);
  }
}
