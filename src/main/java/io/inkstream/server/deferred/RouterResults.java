package io.inkstream.server.deferred;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.server.claims.JobClaims;
import io.inkstream.server.claims.JobRequest;
import io.inkstream.server.http.ErrorMappers;
import io.inkstream.server.http.OpenAiError;
import io.inkstream.server.jobstore.Lookup;
import io.inkstream.server.jobstore.StoredJob;
import io.inkstream.server.refusal.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/// Results of messages, from what has become of their jobs.
@Singleton
final class RouterResults {
  private final JobAnswers answers;
  private final ObjectMapper mapper;

  RouterResults(JobAnswers answers, ObjectMapper mapper) {
    this.answers = answers;
    this.mapper = mapper;
  }

  /// As it stands in a list.
  String json(RouterResult result) {
    return written(result);
  }

  /// Of a request that is refused.
  RouterResult refused(String id, Throwable cause) {
    Refusal refusal = ErrorMappers.refusal(cause);
    return RouterResult.answered(id, refusal.status(), written(OpenAiError.of(refusal)));
  }

  /// Of a job that has ended, or is there no more.
  Uni<RouterResult> of(String id, Lookup found) {
    return switch (found) {
      case Lookup.Kept(StoredJob job) -> ended(id, job);
      case Lookup.Expired(), Lookup.Unknown() -> Uni.createFrom().item(RouterResult.lost(id));
    };
  }

  private Uni<RouterResult> ended(String id, StoredJob job) {
    return switch (job.status()) {
      case COMPLETED ->
          answers
              .pictures(job, JobRequest.linksOf(job.payload()))
              .map(pictures -> RouterResult.answered(id, 200, written(pictures)));
      case CANCELLED -> Uni.createFrom().item(RouterResult.cancelled(id));
      case FAILED, INTERRUPTED, QUEUED, IN_PROGRESS -> Uni.createFrom().item(failed(id, job));
    };
  }

  private RouterResult failed(String id, StoredJob job) {
    boolean late =
        job.error()
            .map(answers::error)
            .filter(error -> JobClaims.DEADLINE_PASSED.equals(error.code()))
            .isPresent();
    return late ? RouterResult.late(id) : refused(id, answers.failed(job));
  }

  private String written(Object value) {
    try {
      return mapper.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer has no form in JSON", e);
    }
  }
}
