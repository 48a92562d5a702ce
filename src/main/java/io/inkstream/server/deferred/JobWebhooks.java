package io.inkstream.server.deferred;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.server.http.ApiException;
import io.inkstream.server.jobstore.Acceptance;
import io.inkstream.server.order.Fields;
import io.inkstream.server.outbound.Destination;
import io.inkstream.server.webhook.HookFilter;
import io.inkstream.server.webhook.JobHooks;
import io.inkstream.server.webhook.Webhooks;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Who is told of a job: its `webhook` and `webhook_events_filter`, or the server's own.
@Singleton
final class JobWebhooks {
  private static final String FILTER = "webhook_events_filter";

  private final Webhooks webhooks;
  private final JobHooks hooks;
  private final Vertx vertx;

  JobWebhooks(Webhooks webhooks, JobHooks hooks, Vertx vertx) {
    this.webhooks = webhooks;
    this.hooks = hooks;
    this.vertx = vertx;
  }

  /// What a request wants to be told of its job.
  ///
  /// @throws ApiException if a field has a value that is not allowed
  Optional<JobHooks.Hook> of(String job, ObjectNode request) {
    HookFilter filter = filter(request.path(FILTER));
    List<Destination> to =
        WebhookField.read(request.path(WebhookField.NAME), webhooks)
            .map(List::of)
            .orElseGet(hooks::standing);
    return to.isEmpty() ? Optional.empty() : Optional.of(new JobHooks.Hook(job, to, filter));
  }

  private static HookFilter filter(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return HookFilter.ENDED;
    }
    List<String> words = new ArrayList<>();
    value.forEach(word -> words.add(word.asText()));
    try {
      if (words.isEmpty()) {
        throw new IllegalArgumentException("no list, or an empty one");
      }
      return HookFilter.of(words);
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest(
          FILTER,
          "%s is %s, must be a list %s".formatted(FILTER, Fields.shown(value), HookFilter.ALLOWED));
    }
  }

  /// Written down before the job is: so nothing that was accepted goes untold.
  ///
  /// @return what is new of it
  Uni<Optional<JobHooks.Hook>> written(Optional<JobHooks.Hook> hook) {
    return hook.isEmpty()
        ? Uni.createFrom().item(hook)
        : Uni.createFrom()
            .completionStage(() ->
                vertx.executeBlocking(() -> hook.filter(hooks::write), false).toCompletionStage());
  }

  void heard(Optional<JobHooks.Hook> hook, Acceptance accepted) {
    switch (accepted) {
      case Acceptance.Taken _ -> hook.ifPresent(hooks::watch);
      case Acceptance.Known _, Acceptance.Conflict _, Acceptance.Full _ -> dropped(hook);
    }
  }

  void dropped(Optional<JobHooks.Hook> hook) {
    hook.ifPresent(hooks::forget);
  }
}
