package io.inkstream.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// The body of `POST /v1/images/generations`: OpenAI's fields and SGLang's. Null is the default;
/// unknown fields are ignored.
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
    @Schema(description = "WIDTHxHEIGHT, or auto: the model's own size", examples = "256x256")
        @Nullable String size,
    @Schema(description = "Wins over size") @Nullable Integer width,
    @Schema(description = "Wins over size") @Nullable Integer height,
    @Schema(
            enumeration = {
              "standard",
              "hd",
              "low",
              "medium",
              "high",
              "extra-high",
              "exact",
              "lossless",
              "auto"
            },
            description =
                "SGLang's: exact and lossless approximate nothing, high and extra-high forecast half"
                    + " of the steps; the others have no effect")
        @Nullable String quality,
    @Schema(enumeration = "b64_json", defaultValue = "b64_json") @Nullable String responseFormat,
    @Schema(
            enumeration = {"png", "jpeg", "webp"},
            defaultValue = "png")
        @Nullable String outputFormat,
    @Schema(minimum = "0", maximum = "100", description = "JPEG: quality; PNG: effort")
        @Nullable Integer outputCompression,
    @Schema(
            enumeration = {"opaque", "auto"},
            defaultValue = "auto")
        @Nullable String background,
    @Schema(description = "Not served by this version") @Nullable Boolean stream,
    @Schema(
            oneOf = {Long.class, long[].class},
            description = "One number, or one for each picture; default: drawn by lot")
        @Nullable JsonNode seed,
    @Schema(defaultValue = " ") @Nullable String negativePrompt,
    @Schema(minimum = "1", maximum = "10000") @Nullable Integer numInferenceSteps,
    @Schema(description = "The same as true_cfg_scale, which wins") @Nullable Double guidanceScale,
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
    @Schema(
            enumeration = {"euler", "ab2"},
            description = "Default: INKSTREAM_SAMPLER, else euler")
        @Nullable String sampler) {}
