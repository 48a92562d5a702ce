package io.inkstream.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.inkstream.cache.CacheSummary;
import io.inkstream.pipeline.TokenCounts;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer: OpenAI's fields, SGLang's `id` and `inference_time_s`, and a seed for each picture.
///
/// @param created seconds since 1970
/// @param size of the pictures, `WIDTHxHEIGHT`
/// @param cache what it did; absent without one
@JsonNaming(SnakeCaseStrategy.class)
@RegisterForReflection
record ImagesResponse(
    String id,
    long created,
    List<Image> data,
    String background,
    String outputFormat,
    String quality,
    String size,
    Usage usage,
    double inferenceTimeS,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Cache cache) {
  /// See [CacheSummary].
  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  record Cache(String name, int cachedSteps, int computedSteps, double speedupEstimate) {
    static Cache of(CacheSummary did) {
      double speedup = Math.round(did.speedupEstimate() * 1000) / 1000.0;
      return new Cache(did.name(), did.cachedSteps(), did.computedSteps(), speedup);
    }
  }

  /// One picture.
  ///
  /// @param b64Json the image file
  /// @param revisedPrompt the prompt that was used
  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  @SuppressWarnings("ArrayRecordComponent") // megabytes: a copy would double them
  record Image(byte[] b64Json, String revisedPrompt, long seed) {}

  /// Tokens that were read (the prompt's, once for all pictures) and drawn (latent tokens).
  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  record Usage(
      int inputTokens,
      int outputTokens,
      int totalTokens,
      TokenDetails inputTokensDetails,
      TokenDetails outputTokensDetails) {
    static Usage of(TokenCounts counts, int images) {
      int text = counts.text();
      int image = counts.image() * images;
      return new Usage(
          text, image, text + image, new TokenDetails(text, 0), new TokenDetails(0, image));
    }
  }

  /// See [Usage].
  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  record TokenDetails(int textTokens, int imageTokens) {}
}
