package io.inkstream.server.deferred;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.server.api.ImagesResponse;
import io.inkstream.server.api.KeyedAnswers;
import io.inkstream.server.api.PictureLinks;
import io.inkstream.server.http.ApiException;
import io.inkstream.server.http.ChunkedJson;
import io.inkstream.server.http.Chunks;
import io.inkstream.server.http.OpenAiError;
import io.inkstream.server.jobstore.StoredJob;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Answers requests that may come again: each is a job that is kept, so that one that comes again
/// waits for the same pictures. A client that hangs up leaves its job alone.
@Singleton
final class KeyedImages implements KeyedAnswers {
  private static final Duration LONGEST = Duration.ofDays(1);

  private final JobOrders orders;
  private final JobAnswers answers;
  private final PictureLinks links;
  private final ChunkedJson json;

  KeyedImages(JobOrders orders, JobAnswers answers, PictureLinks links, ChunkedJson json) {
    this.orders = orders;
    this.answers = answers;
    this.links = links;
    this.json = json;
  }

  @Override
  public Multi<byte[]> open(String key, @Nullable String authorization, byte[] body) {
    return answer(orders.handInWords(name(key, authorization), body));
  }

  @Override
  public Multi<byte[]> open(String key, @Nullable String authorization, ObjectNode body) {
    return answer(orders.handIn(name(key, authorization), body, true));
  }

  private static JobOrders.Name name(String key, @Nullable String authorization) {
    return new JobOrders.Name(
        JobNames.newId(), Optional.of(JobNames.key(key, authorization)), HEADER);
  }

  private Multi<byte[]> answer(Uni<StoredJob> accepted) {
    URI base = links.base();
    return accepted
        .chain(job -> answers.settled(job, LONGEST))
        .chain(job -> result(job, base))
        .onItem()
        .transformToMulti(result -> chunks(json.write(result)));
  }

  private Uni<ImagesResponse> result(StoredJob job, URI base) {
    return job.result().isPresent()
        ? answers.result(job, base)
        : Uni.createFrom().failure(() -> failed(job));
  }

  private static Multi<byte[]> chunks(Chunks chunks) {
    return Multi.createFrom().iterable(() -> chunks);
  }

  private ApiException failed(StoredJob job) {
    return switch (job.status()) {
      case FAILED, INTERRUPTED -> {
        OpenAiError.Detail why = answers.error(job.error().orElseThrow());
        boolean clients = why.type().equals("invalid_request_error");
        int status = clients ? 400 : job.status().isEnd() && why.code() == null ? 500 : 503;
        yield ApiException.jobFailed(status, why.message(), why.type(), why.code());
      }
      case CANCELLED ->
          ApiException.jobFailed(503, "the job was cancelled", "server_error", "cancelled");
      case QUEUED, IN_PROGRESS, COMPLETED ->
          ApiException.jobFailed(
              503, "the server is shutting down", "server_error", "shutting_down");
    };
  }
}
