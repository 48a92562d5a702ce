package io.inkstream.server.deferred;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.server.api.ImagesResponse;
import io.inkstream.server.claims.JobDesk;
import io.inkstream.server.claims.JobRequest;
import io.inkstream.server.http.ApiException;
import io.inkstream.server.http.OpenAiError;
import io.inkstream.server.jobstore.JobStatus;
import io.inkstream.server.jobstore.Lookup;
import io.inkstream.server.jobstore.Place;
import io.inkstream.server.jobstore.StoredJob;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Jobs as their clients see them.
@Singleton
final class JobAnswers {
  private final JobDesk desk;
  private final KeptPictures pictures;
  private final ObjectMapper mapper;

  JobAnswers(JobDesk desk, KeptPictures pictures, ObjectMapper mapper) {
    this.desk = desk;
    this.pictures = pictures;
    this.mapper = mapper;
  }

  /// The job of an id; fails where there is none.
  Uni<StoredJob> find(String id) {
    return Uni.createFrom()
        .completionStage(() -> desk.store().find(id))
        .map(found -> require(id, found));
  }

  /// Fails if a job that is named is not kept.
  Uni<Boolean> requireKnown(Optional<String> id) {
    return id.map(given -> find(given).map(job -> true))
        .orElseGet(() -> Uni.createFrom().item(true));
  }

  /// @throws ApiException 404 or 410
  static StoredJob require(String id, Lookup found) {
    return switch (found) {
      case Lookup.Kept(StoredJob job) -> job;
      case Lookup.Expired() -> throw ApiException.jobExpired(id);
      case Lookup.Unknown() -> throw ApiException.jobNotFound(id);
    };
  }

  /// The job when it has ended, or as it is after a time.
  Uni<StoredJob> settled(StoredJob job, Duration wait) {
    if (wait.isZero() || job.status().isEnd()) {
      return Uni.createFrom().item(job);
    }
    return desk.ended(job.id())
        .map(found -> require(job.id(), found))
        .ifNoItem()
        .after(wait)
        .recoverWithUni(() -> find(job.id()));
  }

  /// An answer, with the pictures where its request wants them.
  ///
  /// @param base where links begin
  Uni<ImageJobAnswer> answer(StoredJob job, URI base) {
    return answers(List.of(job), base).map(List::getFirst).chain(answer -> withFiles(job, answer));
  }

  private Uni<ImageJobAnswer> withFiles(StoredJob job, ImageJobAnswer answer) {
    return answer.result() instanceof ImagesResponse linked && JobRequest.holdsFiles(job.payload())
        ? held(linked).map(answer::withResult)
        : Uni.createFrom().item(answer);
  }

  /// A completed job's result.
  Uni<ImagesResponse> result(StoredJob job, URI base) {
    ImagesResponse linked = pictures.linked(job.result().orElseThrow(), base);
    return JobRequest.holdsFiles(job.payload()) ? held(linked) : Uni.createFrom().item(linked);
  }

  /// The pictures of a job that has ended, as its request wants them; fails as it did.
  ///
  /// @param base where links begin
  Uni<ImagesResponse> pictures(StoredJob job, URI base) {
    return job.result().isPresent()
        ? result(job, base)
        : Uni.createFrom().failure(() -> failed(job));
  }

  /// The same with their files, whatever its request says; fails if they are kept no more.
  Uni<ImagesResponse> files(StoredJob job) {
    return job.result().isPresent()
        ? held(pictures.linked(job.result().get(), JobRequest.linksOf(job.payload())))
            .invoke(JobAnswers::requireFiles)
        : Uni.createFrom().failure(() -> failed(job));
  }

  private static void requireFiles(ImagesResponse answer) {
    if (answer.data().stream().anyMatch(picture -> picture.b64Json() == null)) {
      throw ApiException.imageNotFound("The pictures are not kept any more");
    }
  }

  /// Why a job has no pictures, as an answer says it.
  ApiException failed(StoredJob job) {
    return switch (job.status()) {
      case FAILED, INTERRUPTED -> {
        OpenAiError.Detail why = error(job.error().orElseThrow());
        boolean clients = why.type().equals("invalid_request_error");
        int status = clients ? 400 : why.code() == null ? 500 : 503;
        yield ApiException.jobFailed(status, why.message(), why.type(), why.code());
      }
      case CANCELLED ->
          ApiException.jobFailed(503, "the job was cancelled", "server_error", "cancelled");
      case QUEUED, IN_PROGRESS, COMPLETED ->
          ApiException.jobFailed(
              503, "the server is shutting down", "server_error", "shutting_down");
    };
  }

  private Uni<ImagesResponse> held(ImagesResponse linked) {
    return Uni.createFrom()
        .item(() -> pictures.held(linked))
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
  }

  /// Answers with links.
  Uni<List<ImageJobAnswer>> answers(List<StoredJob> jobs, URI base) {
    List<String> waiting =
        jobs.stream().filter(job -> job.status() == JobStatus.QUEUED).map(StoredJob::id).toList();
    Uni<Map<String, Place>> places =
        waiting.isEmpty()
            ? Uni.createFrom().item(Map.of())
            : Uni.createFrom().completionStage(() -> desk.store().places(waiting, desk.order()));
    return places.map(known ->
        jobs.stream()
            .map(job -> answer(job, Optional.ofNullable(known.get(job.id())), base))
            .toList());
  }

  private ImageJobAnswer answer(StoredJob job, Optional<Place> place, URI base) {
    String self = base.resolve("v1/images/jobs/" + job.id()).toString();
    return new ImageJobAnswer(
        job.id(),
        ImageJobAnswer.OBJECT,
        job.status().toString(),
        job.progress(),
        place.map(Place::position).orElse(null),
        place.map(where -> desk.untilStart(where).toMillis() / 1000.0).orElse(null),
        job.created().getEpochSecond(),
        seconds(job.started()),
        seconds(job.ended()),
        seconds(job.expires()),
        job.tries(),
        new ImageJobAnswer.Links(self, self + "/events", self + "/cancel"),
        job.result().map(result -> pictures.linked(result, base)).orElse(null),
        job.error().map(this::error).orElse(null));
  }

  private static @Nullable Long seconds(Optional<Instant> time) {
    return time.map(Instant::getEpochSecond).orElse(null);
  }

  /// Why a job has ended without pictures.
  OpenAiError.Detail error(String error) {
    try {
      return mapper.readValue(error, OpenAiError.Detail.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a job's error is not one: " + e.getOriginalMessage(), e);
    }
  }
}
