package io.inkstream.server.deferred;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.inkstream.server.batch.Batch;
import io.inkstream.server.batch.BatchCounts;
import io.inkstream.server.batch.BatchError;
import io.inkstream.server.batch.BatchStatus;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// A batch, as OpenAI describes it.
///
/// @param object `batch`
/// @param createdAt seconds since 1970, as are all times; null: that has not been
/// @param errors why it failed; null otherwise
/// @param outputFileId of the file with answers, when it has ended; null: there is none
/// @param errorFileId of the file with requests that were refused, failed or came too late
@JsonNaming(SnakeCaseStrategy.class)
@RegisterForReflection
@Schema(name = "Batch")
record BatchObject(
    String id,
    String object,
    String endpoint,
    String model,
    @Nullable Errors errors,
    String inputFileId,
    String completionWindow,
    String status,
    @Nullable String outputFileId,
    @Nullable String errorFileId,
    long createdAt,
    @Nullable Long inProgressAt,
    long expiresAt,
    @Nullable Long finalizingAt,
    @Nullable Long completedAt,
    @Nullable Long failedAt,
    @Nullable Long expiredAt,
    @Nullable Long cancellingAt,
    @Nullable Long cancelledAt,
    Counts requestCounts,
    @Nullable Map<String, String> metadata) {
  static BatchObject of(Batch batch, String model) {
    boolean ended = batch.status().isEnd();
    return new BatchObject(
        batch.id(),
        "batch",
        batch.order().endpoint(),
        model,
        batch.errors().isEmpty() ? null : Errors.of(batch.errors()),
        batch.order().inputFileId(),
        batch.order().window(),
        batch.status().toString(),
        ended ? batch.outputFileId().orElse(null) : null,
        ended ? batch.errorFileId().orElse(null) : null,
        batch.created().getEpochSecond(),
        at(batch, BatchStatus.IN_PROGRESS),
        batch.expires().getEpochSecond(),
        at(batch, BatchStatus.FINALIZING),
        at(batch, BatchStatus.COMPLETED),
        at(batch, BatchStatus.FAILED),
        at(batch, BatchStatus.EXPIRED),
        at(batch, BatchStatus.CANCELLING),
        at(batch, BatchStatus.CANCELLED),
        Counts.of(batch.counts()),
        batch.order().metadata().isEmpty() ? null : batch.order().metadata());
  }

  private static @Nullable Long at(Batch batch, BatchStatus status) {
    return Optional.ofNullable(batch.since().get(status)).map(Instant::getEpochSecond).orElse(null);
  }

  /// Why it failed, the first hundred reasons at most.
  @RegisterForReflection
  @Schema(name = "BatchErrors")
  record Errors(String object, List<Error> data) {
    static Errors of(List<BatchError> errors) {
      return new Errors("list", errors.stream().map(Error::of).toList());
    }
  }

  /// One reason.
  ///
  /// @param line of the input file, from 1
  @RegisterForReflection
  @Schema(name = "BatchError")
  record Error(String code, String message, @Nullable String param, @Nullable Long line) {
    static Error of(BatchError error) {
      return new Error(
          error.code(),
          error.message(),
          error.param().orElse(null),
          error.line().isPresent() ? error.line().getAsLong() : null);
    }
  }

  /// How many of its requests.
  @RegisterForReflection
  @Schema(name = "BatchRequestCounts")
  record Counts(long total, long completed, long failed) {
    static Counts of(BatchCounts counts) {
      return new Counts(counts.total(), counts.completed(), counts.failed());
    }
  }

  /// A page of them.
  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  @Schema(name = "BatchList")
  record Page(
      String object,
      List<BatchObject> data,
      @Nullable String firstId,
      @Nullable String lastId,
      boolean hasMore) {
    static Page of(Paged<Batch> batches, String model) {
      var data = batches.items().stream().map(batch -> BatchObject.of(batch, model)).toList();
      return new Page(
          "list",
          data,
          data.isEmpty() ? null : data.getFirst().id(),
          data.isEmpty() ? null : data.getLast().id(),
          batches.hasMore());
    }
  }
}
