package io.inkstream.server.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// Fields of OpenAI and SGLang that a request may have and that change nothing here: each has the
/// right type, and no value asks for what this server does not do.
@JsonNaming(SnakeCaseStrategy.class)
@JsonIgnoreProperties(ignoreUnknown = true)
@Schema(name = "InertFields", description = "Checked, and without effect")
@RegisterForReflection
record InertFields(
    @Schema(enumeration = {"low", "auto"}) @Nullable String moderation,
    @Schema(enumeration = {"vivid", "natural"}) @Nullable String style,
    @Nullable String user,
    @Schema(enumeration = "T2I") @Nullable String taskType,
    @Schema(enumeration = "false", description = "There is no prompt enhancer")
        @Nullable Boolean enhancePrompt,
    @Schema(description = "Noise is always that of torch on a CPU")
        @Nullable String generatorDevice,
    @Schema(description = "TeaCache is off under guidance, in SGLang too; see enable_cache_dit")
        @Nullable Boolean enableTeacache,
    @Schema(description = "Qwen-Image shifts its steps by the picture's size")
        @Nullable Double flowShift,
    @Schema(enumeration = "false", description = "There is no upscaler")
        @Nullable Boolean enableUpscaling,
    @Nullable String upscalingModelPath,
    @Schema(minimum = "1", maximum = "16") @Nullable Integer upscalingScale,
    @Nullable Map<String, Object> diffusersKwargs,
    @Nullable String perfDumpPath,
    @Nullable Boolean profile,
    @Schema(minimum = "1", maximum = "10000") @Nullable Integer numProfiledTimesteps,
    @Nullable Boolean profileAllStages,
    @Schema(enumeration = "fullres", description = "All steps have the full resolution")
        @Nullable String progressiveMode,
    @Schema(minimum = "1", maximum = "64") @Nullable Integer progressiveLevels,
    @Schema(exclusiveMinimum = true, minimum = "0", exclusiveMaximum = true, maximum = "1")
        @Nullable Double progressiveDelta,
    @Schema(description = "Guidance acts in every step") @Nullable Double cfgGateStep,
    @Schema(enumeration = {"fa", "torch_sdpa", "sage_attn", "sage_attn_3"})
        @Nullable String attentionBackendOverride,
    @Nullable Map<String, Object> skipSoftmaxParams) {
  /// @throws ApiException 400 naming the field that asks for what is not there
  void check() {
    oneOf("moderation", moderation, "low", "auto");
    oneOf("style", style, "vivid", "natural");
    oneOf("task_type", taskType, "T2I");
    off("enhance_prompt", enhancePrompt, "there is no prompt enhancer");
    off("enable_upscaling", enableUpscaling, "there is no upscaler");
    oneOf("progressive_mode", progressiveMode, "fullres");
    oneOf(
        "attention_backend_override",
        attentionBackendOverride,
        "fa",
        "torch_sdpa",
        "sage_attn",
        "sage_attn_3");
    within("upscaling_scale", upscalingScale, 1, 16);
    within("num_profiled_timesteps", numProfiledTimesteps, 1, 10_000);
    within("progressive_levels", progressiveLevels, 1, 64);
    finite("flow_shift", flowShift);
    finite("cfg_gate_step", cfgGateStep);
    if (progressiveDelta != null && !(progressiveDelta > 0 && progressiveDelta < 1)) {
      throw refused("progressive_delta", progressiveDelta, "between 0 and 1");
    }
  }

  private static void oneOf(String name, @Nullable String value, String... allowed) {
    if (value != null && !List.of(allowed).contains(value)) {
      throw refused(name, value, String.join(" or ", allowed));
    }
  }

  private static void off(String name, @Nullable Boolean value, String why) {
    if (Boolean.TRUE.equals(value)) {
      throw refused(name, true, "false: " + why);
    }
  }

  private static void within(String name, @Nullable Integer value, int low, int high) {
    if (value != null && (value < low || value > high)) {
      throw refused(name, value, low + " to " + high);
    }
  }

  private static void finite(String name, @Nullable Double value) {
    if (value != null && !Double.isFinite(value)) {
      throw refused(name, value, "a finite number");
    }
  }

  private static ApiException refused(String name, Object value, String allowed) {
    return ApiException.badRequest(name, name + " is " + value + ", must be " + allowed);
  }
}
