package io.inkstream.server.deferred;

import io.inkstream.server.api.ImageOrder;
import io.inkstream.server.api.ImageOrderReader;
import io.inkstream.server.api.ImageRequestBody;
import io.inkstream.server.claims.JobDesk;
import io.inkstream.server.claims.JobRequest;
import io.inkstream.server.http.ApiException;
import io.inkstream.server.jobstore.Acceptance;
import io.inkstream.server.jobstore.StoredJob;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Optional;

/// Hands a router's messages in as jobs: each once, as its job has the digest of its text for a
/// name.
@Singleton
final class RouterOrders {
  // Nobody asks for a link: a message has no address at which one could begin.
  private static final URI NOWHERE = URI.create("http://localhost/");
  private static final int NAME = 40;

  private final ImageRequestBody bodies;
  private final ImageOrderReader orders;
  private final JobDesk desk;

  RouterOrders(ImageRequestBody bodies, ImageOrderReader orders, JobDesk desk) {
    this.bodies = bodies;
    this.orders = orders;
    this.desk = desk;
  }

  /// @param text of the message
  Uni<StoredJob> handIn(String text, RouterMessage message) {
    ImageOrder order = order(message);
    var request = new JobRequest(order.order(), order.quality(), true, NOWHERE);
    String print = JobNames.digest(text);
    String id = "message-" + print.substring(0, NAME);
    return Uni.createFrom()
        .completionStage(
            () -> desk.accept(id, Optional.empty(), print, request, message.deadline()))
        .map(this::job);
  }

  private ImageOrder order(RouterMessage message) {
    String endpoint = message.endpoint().orElse("/v1/images/generations");
    if (!endpoint.endsWith("/images/generations")) {
      throw ApiException.badRequest(
          "endpoint", "endpoint is '%s', must be /v1/images/generations".formatted(endpoint));
    }
    ImageOrder order = orders.read(bodies.read(message.payload().deepCopy()), () -> NOWHERE);
    if (order.links().isPresent() || order.stream().isPresent()) {
      throw ApiException.badRequest(
          null, "A message's answer holds its pictures: response_format is b64_json, stream false");
    }
    return order;
  }

  private StoredJob job(Acceptance accepted) {
    return switch (accepted) {
      case Acceptance.Taken(StoredJob job) -> job;
      case Acceptance.Known(StoredJob job) -> job;
      case Acceptance.Conflict(StoredJob job) -> job; // no other text has its digest
      case Acceptance.Full(int waiting) ->
          throw ApiException.tooManyJobs(waiting, desk.untilRoom());
    };
  }
}
