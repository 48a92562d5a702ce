package io.inkstream.server.deferred;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.inkstream.server.api.ImagesResponse;
import io.inkstream.server.http.OpenAiError;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// A job, as its clients see it. All times are seconds since 1970.
///
/// @param object `image.job`
/// @param status `queued`, `in_progress`, `completed`, `failed`, `cancelled` or `interrupted`
/// @param progress 0 to 100
/// @param queuePosition 1 is the next; null unless it waits
/// @param estimatedStartS seconds until it is begun, by the pace of this server; null unless it
///   waits
/// @param startedAt null until its drawing has begun
/// @param completedAt null until it has ended, however that was
/// @param expiresAt when it is forgotten; null until it has ended
/// @param tries how often its drawing has begun
/// @param result the answer, as `/v1/images/generations` has it; null unless it is completed
/// @param error why it failed or was interrupted, else null
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.ALWAYS)
@RegisterForReflection
@Schema(name = "ImageJob")
record ImageJobAnswer(
    String id,
    String object,
    String status,
    int progress,
    @Nullable Integer queuePosition,
    @Nullable Double estimatedStartS,
    long createdAt,
    @Nullable Long startedAt,
    @Nullable Long completedAt,
    @Nullable Long expiresAt,
    int tries,
    Links links,
    @Nullable ImagesResponse result,
    OpenAiError.@Nullable Detail error) {
  static final String OBJECT = "image.job";

  /// The same with another form of its result.
  ImageJobAnswer withResult(ImagesResponse other) {
    return new ImageJobAnswer(
        id,
        object,
        status,
        progress,
        queuePosition,
        estimatedStartS,
        createdAt,
        startedAt,
        completedAt,
        expiresAt,
        tries,
        links,
        other,
        error);
  }

  /// Where a job is asked for, watched and cancelled.
  @RegisterForReflection
  @Schema(name = "ImageJobLinks")
  record Links(String self, String events, String cancel) {}

  /// Jobs, a page of them.
  ///
  /// @param object `list`
  /// @param hasMore whether others come after the last
  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.ALWAYS)
  @RegisterForReflection
  @Schema(name = "ImageJobList")
  record Page(
      String object,
      List<ImageJobAnswer> data,
      @Nullable String firstId,
      @Nullable String lastId,
      boolean hasMore) {}

  /// A job that is no more.
  @RegisterForReflection
  @Schema(name = "ImageJobDeleted")
  record Deleted(String id, String object, boolean deleted) {}
}
