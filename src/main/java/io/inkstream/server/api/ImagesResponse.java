package io.inkstream.server.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.inkstream.engine.cache.CacheSummary;
import io.inkstream.engine.forecast.ForecastSummary;
import io.inkstream.engine.pipeline.TokenCounts;
import io.inkstream.server.jobs.FinishedPicture;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer: OpenAI's fields, SGLang's `id`, `inference_time_s` and `peak_memory_mb`, and a seed
/// for each picture.
///
/// @param created seconds since 1970
/// @param size of the pictures, `WIDTHxHEIGHT`
/// @param numInferenceSteps of the drawing: a model with steps of its own makes those
/// @param trueCfgScale of the drawing, likewise
/// @param peakMemoryMb the most memory that the server's process has had resident, in units of 2^20
///   bytes; null where the system does not say
/// @param cache what it did; absent without one
/// @param forecast what it did; absent without one
@JsonNaming(SnakeCaseStrategy.class)
@RegisterForReflection
public record ImagesResponse(
    String id,
    long created,
    List<Image> data,
    String background,
    String outputFormat,
    String quality,
    String size,
    int numInferenceSteps,
    double trueCfgScale,
    Usage usage,
    double inferenceTimeS,
    @Nullable Double peakMemoryMb,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Cache cache,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Forecast forecast) {
  /// The same with other forms of its pictures.
  public ImagesResponse withData(List<Image> other) {
    return new ImagesResponse(
        id,
        created,
        other,
        background,
        outputFormat,
        quality,
        size,
        numInferenceSteps,
        trueCfgScale,
        usage,
        inferenceTimeS,
        peakMemoryMb,
        cache,
        forecast);
  }

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
  /// @param estimatedErrorDb of the picture that is furthest off; absent if all steps ran
  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  record Forecast(
      String policy,
      int computedSteps,
      int forecastSteps,
      List<Integer> computed,
      double speedupEstimate,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double estimatedErrorDb) {
    static Forecast of(ForecastSummary did) {
      double speedup = Math.round(did.speedupEstimate() * 1000) / 1000.0;
      return new Forecast(
          did.policy().kind().toString(),
          did.computed().size(),
          did.forecastSteps(),
          did.computed(),
          speedup,
          did.estimatedErrorDb().map(db -> Math.round(db * 10) / 10.0).orElse(null));
    }
  }

  /// One picture.
  ///
  /// @param b64Json the image file; absent with a link
  /// @param url a link to it; absent with the file
  /// @param revisedPrompt the prompt that was used
  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  @SuppressWarnings("ArrayRecordComponent") // megabytes: a copy would double them
  public record Image(
      @JsonInclude(JsonInclude.Include.NON_NULL) byte @Nullable [] b64Json,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String url,
      String revisedPrompt,
      long seed) {
    /// The same with a link that begins elsewhere.
    public Image at(String link) {
      return new Image(null, link, revisedPrompt, seed);
    }

    /// The same with its file.
    public Image with(byte[] file) {
      return new Image(file, null, revisedPrompt, seed);
    }

    static Image held(FinishedPicture picture) {
      return new Image(picture.file(), null, picture.prompt(), picture.seed());
    }

    static Image linked(FinishedPicture picture, String url) {
      return new Image(null, url, picture.prompt(), picture.seed());
    }
  }

  /// Tokens that were read (the prompt's and those of pictures among it, once for all that are
  /// drawn) and drawn (latent tokens).
  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  record Usage(
      int inputTokens,
      int outputTokens,
      int totalTokens,
      TokenDetails inputTokensDetails,
      TokenDetails outputTokensDetails) {
    static Usage of(TokenCounts counts, int images) {
      var read = new TokenDetails(counts.text(), counts.given());
      return of(read, counts.image() * images);
    }

    /// Of one of the pictures.
    Usage ofOne(int images) {
      return of(inputTokensDetails, outputTokens / images);
    }

    private static Usage of(TokenDetails read, int drawn) {
      int all = read.textTokens() + read.imageTokens();
      return new Usage(all, drawn, all + drawn, read, new TokenDetails(0, drawn));
    }
  }

  /// See [Usage].
  @JsonNaming(SnakeCaseStrategy.class)
  @RegisterForReflection
  record TokenDetails(int textTokens, int imageTokens) {}
}
