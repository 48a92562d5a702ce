package io.inkstream.server.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.inkstream.engine.cache.CacheDecision;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The data of a streamed answer's events: OpenAI's keys, then ours.
sealed interface ImageStreamEvent {
  /// The event's name, which is also its data's `type`: of [ImageOrder#eventFamily] and a `NAME`.
  String type();

  /// Of all of them, after the family and a dot.
  String[] NAMES = {PartialImage.NAME, Completed.NAME, Progress.NAME};

  /// A picture on the way, in full size.
  ///
  /// @param partialImageIndex from 0
  /// @param imageIndex which of the request's pictures, from 0
  /// @param step that it was taken after, from 1
  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  @SuppressWarnings("ArrayRecordComponent") // megabytes: a copy would double them
  record PartialImage(
      String type,
      byte[] b64Json,
      long createdAt,
      String size,
      String quality,
      String background,
      String outputFormat,
      int partialImageIndex,
      int imageIndex,
      int step,
      int steps)
      implements ImageStreamEvent {
    static final String NAME = "partial_image";
  }

  /// A finished picture.
  ///
  /// @param usage the prompt's tokens and this picture's
  /// @param id of the request
  /// @param cache what it did; absent without one
  /// @param forecast what it did; absent without one
  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  @SuppressWarnings("ArrayRecordComponent") // megabytes: a copy would double them
  record Completed(
      String type,
      byte[] b64Json,
      long createdAt,
      String size,
      String quality,
      String background,
      String outputFormat,
      ImagesResponse.Usage usage,
      int imageIndex,
      long seed,
      String revisedPrompt,
      String id,
      double inferenceTimeS,
      @JsonInclude(Include.NON_NULL) ImagesResponse.@Nullable Cache cache,
      @JsonInclude(Include.NON_NULL) ImagesResponse.@Nullable Forecast forecast)
      implements ImageStreamEvent {
    static final String NAME = "completed";
  }

  /// How far the request is. Absent: what its stage does not have.
  ///
  /// @param stage `queued`, `text_encoding`, `denoising` or `decoding`
  /// @param elapsedS seconds since the request was queued, or since its drawing began
  /// @param queuePosition 1 is the next
  /// @param step made, from 1
  /// @param leftS seconds that the other steps will take, by the average of those made
  /// @param cache what was decided, for each branch of guidance
  /// @param decision whether the step was `computed` or `forecast`, with a forecast
  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(Include.NON_NULL)
  @RegisterForReflection
  record Progress(
      String type,
      String stage,
      double elapsedS,
      @Nullable Integer queuePosition,
      @Nullable Integer step,
      @Nullable Integer steps,
      @Nullable Double leftS,
      @Nullable List<Decision> cache,
      @Nullable String decision,
      @Nullable List<SmallPicture> previews)
      implements ImageStreamEvent {
    static final String NAME = "progress";
  }

  /// See [CacheDecision].
  ///
  /// @param decision `computed`, `reused` or `forecast`
  /// @param diff that decided it; absent if none did
  @JsonInclude(Include.NON_NULL)
  @RegisterForReflection
  record Decision(String decision, @Nullable Double diff) {
    static Decision of(CacheDecision made) {
      return new Decision(
          made.outcome(), made.diff().isPresent() ? made.diff().getAsDouble() : null);
    }
  }

  /// A small JPEG of a picture on the way.
  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  @SuppressWarnings("ArrayRecordComponent") // written once, compared never
  record SmallPicture(int imageIndex, byte[] b64Json, String outputFormat, String size) {}
}
