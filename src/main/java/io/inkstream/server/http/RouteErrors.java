package io.inkstream.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.server.refusal.LastResort;
import io.inkstream.server.refusal.Refusal;
import io.inkstream.server.refusal.Refusals;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/// OpenAI's error object for what is refused before it reaches a resource. Quarkus 3.34 answers
/// that without a body, and its exception mappers do not hear of it; when they do, this class can
/// go.
@Singleton
final class RouteErrors {
  private final ObjectMapper mapper;
  private final LastResort lastResort;

  public RouteErrors(ObjectMapper mapper, LastResort lastResort) {
    this.mapper = mapper;
    this.lastResort = lastResort;
  }

  void register(@Observes Router router) {
    for (int status : new int[] {400, 403, 404, 405, 413, 415}) {
      router.errorHandler(status, context -> answer(context, status));
    }
    router.route().order(GateOrder.FIRST).handler(this::listen).failureHandler(this::refuse);
  }

  /// Of a connection's failure, which may be more than its own.
  void hear(Throwable failure) {
    lastResort.hear(failure);
  }

  private void listen(RoutingContext context) {
    context.request().connection().exceptionHandler(this::hear);
    context.next();
  }

  /// What Vert.x refuses before there is a route, such as a request without `Host`: Quarkus would
  /// log it as a failure of ours.
  private void refuse(RoutingContext context) {
    Throwable failure = context.failure();
    if (failure != null) {
      lastResort.hear(failure);
    }
    int status = context.statusCode();
    if (status >= 400 && status < 500 && !context.response().headWritten()) {
      answer(context, status);
    } else {
      context.next();
    }
  }

  /// Answers at once, for good, in the words of a status.
  void answer(RoutingContext context, int status) {
    answer(context, refusal(context.request(), status));
  }

  /// Answers at once, for good.
  void answer(RoutingContext context, Refusal refusal) {
    var _ = context.response().end(begin(context.response(), refusal));
  }

  /// Answers, in the words of a status, but leaves the answer's end to the caller.
  void write(HttpServerRequest request, int status) {
    Buffer body = begin(request.response(), refusal(request, status));
    request.response().putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length()));
    var _ = request.response().write(body);
  }

  private static Refusal refusal(HttpServerRequest request, int status) {
    var path = String.valueOf(request.path());
    return Refusals.ofStatus(status, request.method().name(), path, null);
  }

  /// @return the answer's body
  private Buffer begin(HttpServerResponse response, Refusal refusal) {
    response
        .setStatusCode(refusal.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader("x-should-retry", "false");
    return Buffer.buffer(json(OpenAiError.of(refusal)));
  }

  private String json(OpenAiError error) {
    try {
      return mapper.writeValueAsString(error);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an error has no form in JSON", e);
    }
  }
}
