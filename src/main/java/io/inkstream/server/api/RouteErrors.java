package io.inkstream.server.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.server.refusal.Refusal;
import io.inkstream.server.refusal.Refusals;
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

  RouteErrors(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  void register(@Observes Router router) {
    for (int status : new int[] {400, 403, 404, 405, 413, 415}) {
      router.errorHandler(status, context -> answer(context, status));
    }
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
