package io.inkstream.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// The answer: OpenAI's fields, SGLang's `id` and `inference_time_s`, and a seed for each picture.
///
/// @param created seconds since 1970
/// @param size of the pictures, `WIDTHxHEIGHT`
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
    double inferenceTimeS) {
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
