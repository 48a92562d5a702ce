package io.inkstream.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.inkstream.cache.CacheSummary;
import io.inkstream.forecast.ForecastSummary;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer: OpenAI's fields, SGLang's `id` and `inference_time_s`, and a seed for each picture.
///
/// @param created seconds since 1970
/// @param size of the pictures, `WIDTHxHEIGHT`
/// @param cache what it did; absent without one
/// @param forecast what it did; absent without one
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
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Cache cache,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Forecast forecast) {
  /// See [CacheSummary].
  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  record Cache(String name, int cachedSteps, int computedSteps, double speedupEstimate) {
    static Cache of(CacheSummary did) {
      double speedup = Math.round(did.speedupEstimate() * 1000) / 1000.0;
      return new Cache(did.name(), did.cachedSteps(), did.computedSteps(), speedup);
    }
  }

  /// See [ForecastSummary].
  ///
  /// @param computed the steps that ran, from 1
  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  record Forecast(
      String policy,
      int computedSteps,
      int forecastSteps,
      List<Integer> computed,
      double speedupEstimate) {
    static Forecast of(ForecastSummary did) {
      double speedup = Math.round(did.speedupEstimate() * 1000) / 1000.0;
      return new Forecast(
          did.policy().kind().toString(),
          did.computed().size(),
          did.forecastSteps(),
          did.computed(),
          speedup);
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

  /// Nothing is charged by the token here, and all counts are 0; clients want the keys.
  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  record Usage(
      int inputTokens, int outputTokens, int totalTokens, InputTokensDetails inputTokensDetails) {
    static final Usage NONE = new Usage(0, 0, 0, new InputTokensDetails(0, 0));
  }

  /// See [Usage].
  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  record InputTokensDetails(int textTokens, int imageTokens) {}
}
