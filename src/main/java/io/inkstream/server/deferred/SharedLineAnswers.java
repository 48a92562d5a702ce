package io.inkstream.server.deferred;

import io.inkstream.server.api.ImagesResponse;
import io.inkstream.server.batch.LineAnswer;
import io.inkstream.server.claims.JobRequest;
import io.inkstream.server.http.ChunkedJson;
import io.inkstream.server.http.Chunks;
import io.inkstream.server.http.ErrorMappers;
import io.inkstream.server.http.OpenAiError;
import io.inkstream.server.jobstore.JobStatus;
import io.inkstream.server.jobstore.StoredJob;
import io.inkstream.server.refusal.Refusal;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.time.Duration;

/// What became of a batch's request that any server may have drawn.
@Singleton
final class SharedLineAnswers {
  private static final Duration SOON = Duration.ofSeconds(1);

  /// The store has forgotten it, as one without persistence does: it is handed in again.
  static final LineAnswer LOST = new LineAnswer.NotNow(SOON);

  private final KeptPictures pictures;
  private final JobAnswers jobs;
  private final ChunkedJson json;

  SharedLineAnswers(KeptPictures pictures, JobAnswers jobs, ChunkedJson json) {
    this.pictures = pictures;
    this.jobs = jobs;
    this.json = json;
  }

  /// Reads pictures: for a thread that may wait.
  LineAnswer of(StoredJob job) {
    return switch (job.status()) {
      case COMPLETED -> new LineAnswer.Drawn(json.write(pictures(job)));
      case FAILED -> failed(job);
      case QUEUED, IN_PROGRESS, CANCELLED, INTERRUPTED -> new LineAnswer.NotNow(SOON);
    };
  }

  /// With links where its request wants them, or where a picture is not found here: too large for
  /// the store, and drawn by a server whose folder is another.
  private ImagesResponse pictures(StoredJob job) {
    ImagesResponse linked =
        pictures.linked(job.result().orElseThrow(), JobRequest.linksOf(job.payload()));
    return JobRequest.holdsFiles(job.payload()) ? pictures.held(linked) : linked;
  }

  /// It was tried as often as is allowed: that is an answer.
  private LineAnswer failed(StoredJob job) {
    Refusal refusal = ErrorMappers.refusal(jobs.failed(job));
    byte[] body = collected(json.write(OpenAiError.of(refusal)));
    return new LineAnswer.Refused(refusal.status(), body);
  }

  private static byte[] collected(Chunks chunks) {
    var whole = new ByteArrayOutputStream();
    chunks.forEachRemaining(whole::writeBytes);
    return whole.toByteArray();
  }

  /// The job has been answered: its pictures are nobody's, unless links lead to them.
  void forget(StoredJob job) {
    if (job.status() == JobStatus.COMPLETED && JobRequest.holdsFiles(job.payload())) {
      pictures.delete(job.result().orElseThrow());
    }
  }
}
