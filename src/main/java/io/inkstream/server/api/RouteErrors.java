package io.inkstream.server.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.server.config.OperationSettings;
import io.inkstream.server.refusal.Refusal;
import io.inkstream.server.refusal.Refusals;
import io.quarkus.vertx.http.runtime.RouteConstants;
import io.vertx.core.http.HttpHeaders;
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
  private final long maxBody;

  RouteErrors(ObjectMapper mapper, OperationSettings settings) {
    this.mapper = mapper;
    this.maxBody = settings.maxBodyBytes();
  }

  void register(@Observes Router router) {
    // Before Quarkus's own check, which answers without a body.
    router.route().order(RouteConstants.ROUTE_ORDER_UPLOAD_LIMIT - 1).handler(this::requireSize);
    for (int status : new int[] {400, 403, 404, 405, 413, 415}) {
      router.errorHandler(status, context -> answer(context, status));
    }
  }

  private void requireSize(RoutingContext context) {
    if (declaredSize(context) <= maxBody) {
      context.next();
    } else {
      // The rest of the body is not read, so nothing can follow on this connection.
      context.response().putHeader(HttpHeaders.CONNECTION, "close");
      answer(context, 413);
    }
  }

  private static long declaredSize(RoutingContext context) {
    String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
    return length == null ? 0 : Long.parseLong(length); // the HTTP decoder has checked it
  }

  /// Answers at once, for good, in the words of a status.
  void answer(RoutingContext context, int status) {
    var request = context.request();
    var path = String.valueOf(request.path());
    answer(context, Refusals.ofStatus(status, request.method().name(), path, null));
  }

  /// Answers at once, for good.
  void answer(RoutingContext context, Refusal refusal) {
    context
        .response()
        .setStatusCode(refusal.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader("x-should-retry", "false")
        .end(json(OpenAiError.of(refusal)));
  }

  private String json(OpenAiError error) {
    try {
      return mapper.writeValueAsString(error);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an error has no form in JSON", e);
    }
  }
}
