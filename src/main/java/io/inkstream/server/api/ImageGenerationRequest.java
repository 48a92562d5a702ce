package io.inkstream.server.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// The fields of `POST /v1/images/generations` that matter: OpenAI's and SGLang's. Null is the
/// default; unknown fields are ignored. [InertFields] are those that are checked and do nothing.
@JsonNaming(SnakeCaseStrategy.class)
@JsonIgnoreProperties(ignoreUnknown = true)
@Schema(name = "ImageGenerationRequest")
@RegisterForReflection
record ImageGenerationRequest(
    @Schema(required = true, maxLength = ImageOrderReader.MAX_PROMPT, examples = "a red apple")
        @Nullable String prompt,
    @Schema(description = "The served name, the model's path, or its last part")
        @Nullable String model,
    @Schema(minimum = "1", maximum = "10", defaultValue = "1") @Nullable Integer n,
    @Schema(
            pattern = "^\\s*(?:[aA][uU][tT][oO]|[1-9][0-9]{0,4}[xX][1-9][0-9]{0,4})\\s*$",
            description = "WIDTHxHEIGHT, or auto: the model's own size",
            examples = "256x256")
        @Nullable String size,
    @Schema(minimum = "16", maximum = "65536", description = "Wins over size")
        @Nullable Integer width,
    @Schema(minimum = "16", maximum = "65536", description = "Wins over size")
        @Nullable Integer height,
    @Schema(
            enumeration = {
              "auto",
              "standard",
              "hd",
              "low",
              "medium",
              "high",
              "extra-high",
              "exact",
              "lossless"
            },
            defaultValue = "auto",
            description =
                "OpenAI's words and SGLang's: exact and lossless approximate nothing, high and"
                    + " extra-high forecast half of the steps; the others have no effect")
        @Nullable String quality,
    @Schema(
            enumeration = {"b64_json", "url"},
            defaultValue = "b64_json",
            description = "url: the answer has links; a stream has pictures all the same")
        @Nullable String responseFormat,
    @Schema(
            enumeration = {"png", "jpeg", "jpg", "webp"},
            defaultValue = "png")
        @Nullable String outputFormat,
    @Schema(minimum = "0", maximum = "100", description = "JPEG: quality; PNG: effort")
        @Nullable Integer outputCompression,
    @Schema(
            enumeration = {"default", "maximum", "high", "medium", "low"},
            defaultValue = "default",
            description = "An output_compression of 100, 90, 55 or 35; which itself wins")
        @Nullable String outputQuality,
    @Schema(
            enumeration = {"opaque", "auto"},
            defaultValue = "auto")
        @Nullable String background,
    @Schema(defaultValue = "false", description = "Answer with Server-Sent Events")
        @Nullable Boolean stream,
    @Schema(
            minimum = "0",
            maximum = "3",
            defaultValue = "0",
            description = "Pictures on the way, with stream")
        @Nullable Integer partialImages,
    @Schema(defaultValue = "false", description = "An event for each step, with stream")
        @Nullable Boolean streamProgress,
    @Schema(
            enumeration = {"none", "fast", "full"},
            defaultValue = "none",
            description = "Small pictures in the events of steps")
        @Nullable String preview,
    @Schema(
            oneOf = {Long.class, long[].class},
            description = "One number, or one for each picture; default: drawn by lot")
        @Nullable JsonNode seed,
    @Schema(defaultValue = " ") @Nullable String negativePrompt,
    @Schema(minimum = "1", maximum = "10000") @Nullable Integer numInferenceSteps,
    @Schema(minimum = "0", description = "The same as true_cfg_scale, which wins")
        @Nullable Double guidanceScale,
    @Schema(minimum = "0", defaultValue = "4.0") @Nullable Double trueCfgScale,
    @Schema(minimum = "1", maximum = "1024", defaultValue = "512")
        @Nullable Integer maxSequenceLength,
    @Schema(description = "Reuse blocks between steps; default: SGLANG_CACHE_DIT_ENABLED")
        @Nullable Boolean enableCacheDit,
    @Schema(
            oneOf = {Map.class, String.class},
            description = "How, with SGLang's names; beats SGLANG_CACHE_DIT_*, enables nothing")
        @Nullable JsonNode cacheDitParams,
    @Schema(
            oneOf = {Map.class, Double.class, Boolean.class},
            description =
                "Compute some steps and forecast the others: {policy, share, tolerance}, the share"
                    + " alone, true or false; default: INKSTREAM_FORECAST_ENABLED")
        @Nullable JsonNode forecast,
    @Nullable String sampler) {}
