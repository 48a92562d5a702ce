package io.inkstream.server.order;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import io.inkstream.engine.image.ImageFormat;
import io.inkstream.engine.pipeline.Canvas;
import io.inkstream.engine.pipeline.Guidance;
import io.inkstream.engine.pipeline.InvalidRequestException;
import io.inkstream.engine.pipeline.Texts;
import io.inkstream.engine.scheduler.Sampler;
import io.inkstream.engine.textencoder.PromptEncoder;
import io.inkstream.server.order.Kind.Flag;
import io.inkstream.server.order.Kind.Mapping;
import io.inkstream.server.order.Kind.Own;
import io.inkstream.server.order.Kind.Real;
import io.inkstream.server.order.Kind.Text;
import io.inkstream.server.order.Kind.Whole;
import io.inkstream.server.order.Kind.Word;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The fields of a request, OpenAI's and SGLang's: each once. From here come what a body's fields
/// are checked by, the options of the shell, `/q/openapi` and the tables of the documents.
public enum Field {
  PROMPT("prompt", new Text(32_000), null, "What to draw."),
  MODEL("model", Text.ANY, null, "The served name, the model's path, or its last part."),
  N("n", new Whole(1, 10), 1, "Pictures."),
  SIZE("size", Text.ANY, null, "`WIDTHxHEIGHT`, or `auto`: the model's own size."),
  WIDTH("width", side(), null, "Wins over `size`; cut to a multiple of 16."),
  HEIGHT("height", side(), null, "Wins over `size`; cut to a multiple of 16."),
  RESPONSE_FORMAT(
      "response_format",
      new Word(List.of("b64_json", "url"), true, ""),
      "b64_json",
      "`url`: the answer has links; a stream has pictures all the same."),
  OUTPUT_FORMAT("output_format", new Word(ImageFormat.words(), true, ""), "png", "The file's."),
  OUTPUT_COMPRESSION(
      "output_compression",
      new Whole(0, 100),
      null,
      "JPEG: quality, 100 is best; PNG: effort, 100 is smallest; WebP: lossless anyway."),
  OUTPUT_QUALITY(
      "output_quality",
      new Word("default", "maximum", "high", "medium", "low"),
      "default",
      "An `output_compression` of 100, 90, 55 or 35; which itself wins."),
  SEED(
      "seed",
      new Own(Own.Form.SEEDS),
      null,
      "Where the noise begins: with one number, picture i has seed + i; or one for each picture."
          + " Default: by lot; the answer says it."),
  NEGATIVE_PROMPT(
      "negative_prompt",
      new Text(32_000),
      Texts.DEFAULT_NEGATIVE,
      "What to stay away from, with guidance above 1."),
  NUM_INFERENCE_STEPS(
      "num_inference_steps",
      new Whole(1, Guidance.MAX_STEPS),
      null,
      "Denoising steps: more take longer and draw more carefully."),
  TRUE_CFG_SCALE(
      "true_cfg_scale",
      Real.NOT_NEGATIVE,
      Guidance.DEFAULT_SCALE,
      "How closely to follow the prompt; 1 or less turns guidance off and halves the time."),
  GUIDANCE_SCALE(
      "guidance_scale", Real.NOT_NEGATIVE, null, "The same as `true_cfg_scale`, which wins."),
  MAX_SEQUENCE_LENGTH(
      "max_sequence_length",
      new Whole(1, PromptEncoder.MAX_SEQUENCE_LENGTH),
      Texts.DEFAULT_SEQUENCE_LENGTH,
      "Tokens of the prompt that count."),
  BACKGROUND(
      "background",
      new Word(List.of("auto", "opaque"), false, ": the model draws no transparency"),
      "auto",
      "The model draws no transparency."),
  QUALITY(
      "quality",
      new Word(
          "auto",
          "standard",
          "hd",
          "low",
          "medium",
          "high",
          "xhigh",
          "extra-high",
          "max",
          "exact",
          "lossless"),
      "auto",
      "OpenAI's words and SGLang's: `exact` and `lossless` approximate nothing, `high`, `xhigh`,"
          + " `extra-high` and `max` forecast half of the steps; the others have no effect."),
  ENABLE_CACHE_DIT(
      "enable_cache_dit",
      Flag.ANY,
      null,
      "Reuse blocks of the transformer between steps: faster, slightly different pictures."),
  CACHE_DIT_PARAMS(
      "cache_dit_params",
      new Own(Own.Form.OBJECT_OR_TEXT),
      null,
      "How blocks are reused, with SGLang's names; beats `SGLANG_CACHE_DIT_*`, enables nothing."),
  FORECAST(
      "forecast",
      new Own(Own.Form.FORECAST),
      null,
      "Compute some steps, forecast the velocity at the others: `{policy, share, tolerance}`, the"
          + " share alone, true or false."),
  SAMPLER(
      "sampler",
      new Word(Sampler.names(), false, ""),
      null,
      samplers() + ". Default: `INKSTREAM_SAMPLER`, else `euler`."),
  STREAM("stream", Flag.ANY, false, "Answer with Server-Sent Events."),
  PARTIAL_IMAGES("partial_images", new Whole(0, 3), 0, "Pictures on the way, with `stream`."),
  STREAM_PROGRESS("stream_progress", Flag.ANY, false, "An event for each step, with `stream`."),
  PREVIEW(
      "preview",
      new Word("none", "fast", "full"),
      "none",
      "Small pictures in the events of steps."),

  MODERATION("moderation", new Word("low", "auto"), "Nothing here to choose."),
  STYLE("style", new Word("vivid", "natural"), "Nothing here to choose."),
  USER("user", Text.ANY, "Nobody is told."),
  COMPLEXITY("complexity", Text.ANY, "The prompt is drawn as it is."),
  TASK_TYPE("task_type", new Word("T2I"), "The one task."),
  ENHANCE_PROMPT(
      "enhance_prompt", off("there is no prompt enhancer"), "There is no prompt enhancer."),
  GENERATOR_DEVICE("generator_device", Text.ANY, "Noise is always that of torch on a CPU."),
  ENABLE_TEACACHE(
      "enable_teacache",
      Flag.ANY,
      "TeaCache is off under guidance, in SGLang too; see `enable_cache_dit`."),
  FLOW_SHIFT("flow_shift", Real.FINITE, "Qwen-Image shifts its steps by the picture's size."),
  ENABLE_UPSCALING("enable_upscaling", off("there is no upscaler"), "There is no upscaler."),
  UPSCALING_MODEL_PATH("upscaling_model_path", Text.ANY, "There is no upscaler."),
  UPSCALING_SCALE("upscaling_scale", new Whole(1, 16), "There is no upscaler."),
  DIFFUSERS_KWARGS("diffusers_kwargs", new Mapping(), "Another engine's."),
  PERF_DUMP_PATH("perf_dump_path", Text.ANY, "Nothing is written where a request says."),
  PROFILE("profile", Flag.ANY, "Nothing is written where a request says."),
  NUM_PROFILED_TIMESTEPS(
      "num_profiled_timesteps", new Whole(1, 10_000), "Nothing is written where a request says."),
  PROFILE_ALL_STAGES("profile_all_stages", Flag.ANY, "Nothing is written where a request says."),
  PROGRESSIVE_MODE("progressive_mode", new Word("fullres"), "All steps have the full resolution."),
  PROGRESSIVE_LEVELS("progressive_levels", new Whole(1, 64), "All steps have the full resolution."),
  PROGRESSIVE_DELTA("progressive_delta", Real.FRACTION, "All steps have the full resolution."),
  CFG_GATE_STEP("cfg_gate_step", Real.FINITE, "Guidance acts in every step."),
  ATTENTION_BACKEND_OVERRIDE(
      "attention_backend_override",
      new Word("fa", "torch_sdpa", "sage_attn", "sage_attn_3"),
      "Another engine's."),
  SKIP_SOFTMAX_PARAMS("skip_softmax_params", new Mapping(), "Another engine's.");

  private final String wireName;
  private final Kind kind;
  private final @Nullable Object fallback;
  private final String line;
  private final boolean inert;

  /// A field that counts.
  Field(String wireName, Kind kind, @Nullable Object fallback, String line) {
    this(wireName, kind, fallback, line, false);
  }

  /// A field that is checked and has no effect.
  Field(String wireName, Kind kind, String why) {
    this(wireName, kind, null, why, true);
  }

  Field(String wireName, Kind kind, @Nullable Object fallback, String line, boolean inert) {
    this.wireName = wireName;
    this.kind = kind;
    this.fallback = fallback;
    this.line = line;
    this.inert = inert;
  }

  /// `num_inference_steps`.
  public String wireName() {
    return wireName;
  }

  public Kind kind() {
    return kind;
  }

  /// What counts where a request says nothing; empty: what the server or the model says.
  public Optional<Object> fallback() {
    return Optional.ofNullable(fallback);
  }

  /// One line in Markdown: what it is for, or, if it is [#inert], why it has no effect.
  public String line() {
    return line;
  }

  /// Whether it is checked and has no effect.
  public boolean inert() {
    return inert;
  }

  /// The field of that name on the wire.
  public static Optional<Field> named(String wireName) {
    return Arrays.stream(values()).filter(field -> field.wireName.equals(wireName)).findFirst();
  }

  /// Checks a value of the right type.
  ///
  /// @throws InvalidRequestException if it is not allowed
  void check(JsonNode value) {
    kind.unless(value)
        .ifPresent(allowed -> {
          throw refused(value.asText(), allowed);
        });
  }

  /// The refusal of a value.
  public InvalidRequestException refused(Object value, String allowed) {
    return new InvalidRequestException(
        wireName, wireName + " is " + value + ", must be " + allowed);
  }

  private static Whole side() {
    return new Whole(Canvas.SHORTEST_SIDE, Canvas.LONGEST_SIDE);
  }

  private static Flag off(String why) {
    return new Flag(why);
  }

  private static String samplers() {
    return Arrays.stream(Sampler.values())
        .map(sampler -> "`%s` (%s)".formatted(sampler, sampler.meaning()))
        .collect(joining(", "));
  }
}
