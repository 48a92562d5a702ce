package io.inkstream.server.order;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.forecast.ForecastParams;
import io.inkstream.engine.image.ImageFormat;
import io.inkstream.engine.request.Canvas;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.Guidance;
import io.inkstream.engine.request.InputPictures;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.request.Texts;
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
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The fields of a request, OpenAI's and SGLang's: each once. From here come what a body's fields
/// are checked by, what an order and a picture's file keep, the options of the shell, `/q/openapi`
/// and the tables of the documents. An order takes them in as they stand here: of two that mean the
/// same, the later one wins.
public enum Field {
  PROMPT(
      "prompt",
      new Text(32_000),
      null,
      "What to draw.",
      Part.drawn(
          drawing -> drawing.texts().prompts().getFirst(),
          (drawing, value) ->
              drawing.withTexts(drawing.texts().withPrompts(List.of(value.textValue()))))),
  MODEL(
      "model", Text.ANY, null, "The served name, the model's path, or its last part.", Part.ANSWER),
  N(
      "n",
      new Whole(1, 10),
      1,
      "Pictures.",
      Part.kept(order -> order.drawing().draws().imagesPerPrompt())),
  SIZE(
      "size",
      Text.ANY,
      null,
      "`WIDTHxHEIGHT`, or `auto`: the model's own size, or that of the pictures to edit.",
      Part.said(InputReader::size, Field::withSize)),
  WIDTH(
      "width",
      side(),
      null,
      "Wins over `size`; cut to a multiple of 16, or of 32 with Qwen-Image-2.1.",
      Part.drawn(
          drawing -> drawing.canvas().width(),
          (drawing, value) -> drawing.withCanvas(value.intValue(), drawing.canvas().height()))),
  HEIGHT(
      "height",
      side(),
      null,
      "Wins over `size`; cut to a multiple of 16, or of 32 with Qwen-Image-2.1.",
      Part.drawn(
          drawing -> drawing.canvas().height(),
          (drawing, value) -> drawing.withCanvas(drawing.canvas().width(), value.intValue()))),
  RESPONSE_FORMAT(
      "response_format",
      new Word(List.of("b64_json", "url"), true, ""),
      "b64_json",
      "`url`: the answer has links; a stream has pictures all the same.",
      Part.ANSWER),
  OUTPUT_FORMAT(
      "output_format",
      new Word(ImageFormat.words(), true, ""),
      "png",
      "The file's.",
      Part.written(
          output -> output.format().word(),
          (output, value) -> output.with(ImageFormat.named(value.textValue())))),
  OUTPUT_QUALITY(
      "output_quality",
      new Word("default", "maximum", "high", "medium", "low"),
      "default",
      "An `output_compression` of 100, 90, 55 or 35; which itself wins.",
      Part.written(output -> null, (output, value) -> output.ofQuality(value.textValue()))),
  OUTPUT_COMPRESSION(
      "output_compression",
      new Whole(0, 100),
      null,
      "JPEG: quality, 100 is best; PNG: effort, 100 is smallest; WebP: lossless anyway.",
      Part.written(
          output -> output.compression().isPresent() ? output.compression().getAsInt() : null,
          (output, value) -> output.with(value.intValue()))),
  SEED(
      "seed",
      new Own(Own.Form.SEEDS),
      null,
      "Where the noise begins: with one number, picture i has seed + i; or one for each picture."
          + " Default: by lot; the answer says it.",
      Part.read(Field::seeds)),
  NEGATIVE_PROMPT(
      "negative_prompt",
      new Text(32_000),
      Texts.DEFAULT_NEGATIVE,
      "What to stay away from, with guidance above 1.",
      Part.drawn(
          drawing -> drawing.texts().negatives().stream().findFirst().orElse(""),
          (drawing, value) ->
              drawing.withTexts(drawing.texts().withNegatives(List.of(value.textValue()))))),
  NUM_INFERENCE_STEPS(
      "num_inference_steps",
      new Whole(1, Guidance.MAX_STEPS),
      null,
      "Denoising steps: more take longer and draw more carefully.",
      Part.drawn(
          drawing -> drawing.guidance().steps(),
          (drawing, value) -> drawing.withSteps(value.intValue()))),
  GUIDANCE_SCALE(
      "guidance_scale",
      Real.NOT_NEGATIVE,
      null,
      "The same as `true_cfg_scale`, which wins.",
      Part.drawn(Field::withScale)),
  TRUE_CFG_SCALE(
      "true_cfg_scale",
      Real.NOT_NEGATIVE,
      null,
      "How closely to follow the prompt; 1 or less turns guidance off and halves the time."
          + " Default: the model's, 4, or 1 of Qwen-Image-2.1.",
      Part.drawn(drawing -> drawing.guidance().trueCfgScale(), Field::withScale)),
  MAX_SEQUENCE_LENGTH(
      "max_sequence_length",
      new Whole(1, PromptEncoder.MAX_SEQUENCE_LENGTH),
      Texts.DEFAULT_SEQUENCE_LENGTH,
      "Tokens of the prompt that count.",
      Part.drawn(
          drawing -> drawing.texts().maxSequenceLength(),
          (drawing, value) ->
              drawing.withTexts(drawing.texts().withMaxSequenceLength(value.intValue())))),
  BACKGROUND(
      "background",
      new Word("auto", Output.OPAQUE, Output.TRANSPARENT),
      "auto",
      "`opaque` shows the picture on white; `transparent` is refused where the model or the format"
          + " has no transparency: Qwen-Image-2.1 has, JPEG has not.",
      Part.written(
          output -> output.opaque() ? Output.OPAQUE : null,
          (output, value) -> output.on(value.textValue()))),
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
      "OpenAI's words and SGLang's: `exact`, `lossless` and its old name `extra-high` approximate"
          + " nothing, `high`, `xhigh` and `max` forecast half of the steps; the others have no"
          + " effect.",
      Part.read(order -> null)),
  ENABLE_CACHE_DIT(
      "enable_cache_dit",
      Flag.ANY,
      null,
      "Reuse blocks of the transformer between steps: faster, slightly different pictures.",
      Part.read(order -> order.cache().isPresent())),
  CACHE_DIT_PARAMS(
      "cache_dit_params",
      new Own(Own.Form.OBJECT_OR_TEXT),
      null,
      "How blocks are reused, with SGLang's names; beats `SGLANG_CACHE_DIT_*`, enables nothing.",
      Part.read(order -> order.cache().map(CacheDitParams::toMap).orElse(null))),
  FORECAST(
      "forecast",
      new Own(Own.Form.FORECAST),
      null,
      "Compute some steps, forecast the velocity at the others: `{policy, share, tolerance}`, the"
          + " share alone, true or false.",
      Part.read(
          order -> order.drawing().forecast().<Object>map(ForecastParams::toMap).orElse(false))),
  SAMPLER(
      "sampler",
      new Word(Sampler.names(), false, ""),
      null,
      samplers() + ". Default: `INKSTREAM_SAMPLER`, else `euler`.",
      Part.read(order -> order.drawing().sampling().sampler().toString())),
  LORA(
      "lora",
      new Own(Own.Form.ADAPTERS),
      null,
      "Adapters that act, these and no others: `[{name, path, scale}]`, each by the name of one"
          + " that is loaded or by a path below `--lora-folders`. Default: those of the server.",
      Part.read(order -> order.drawing().adapters().stream().map(AdapterField::toMap).toList())),
  SCHEDULER(
      "scheduler",
      new Own(Own.Form.SCHEDULER),
      null,
      "What differs from the model's scheduler: `{base_shift, max_shift, shift_terminal}`. Default:"
          + " nothing; with a Lightning adapter, what that was made for.",
      Part.drawn(
          Field::scheduler, (drawing, value) -> drawing.withScheduler(SchedulerField.of(value)))),
  IMAGES(
      "images",
      new Own(Own.Form.PICTURES),
      null,
      "The pictures to edit: `[{image_url}]` or `[{file_id}]`, 1 to 16 of them; in a form the files"
          + " `image` or `image[]`, and addresses as `url`.",
      Part.read(InputReader::images)),
  MASK(
      "mask",
      new Own(Own.Form.PICTURE),
      null,
      "Where the first picture is drawn anew: `{image_url}` or `{file_id}`; in a form a file.",
      Part.read(InputReader::mask)),
  MASK_MODE(
      "mask_mode",
      new Word(MaskMode.words()),
      MaskMode.AUTO.toString(),
      "What of the mask says that: `alpha`, where it is transparent; `white`, where it is white;"
          + " `auto`: alpha if it has some.",
      Part.read(InputReader::mode)),
  STRENGTH(
      "strength",
      new Real(Optional.of(0.0), Optional.of(1.0), false),
      InputPictures.DEFAULT_STRENGTH,
      "How much of the picture is drawn anew, above 0 to 1; not with models that edit by"
          + " instruction.",
      Part.read(InputReader::strength)),
  STREAM("stream", Flag.ANY, false, "Answer with Server-Sent Events.", Part.ANSWER),
  PARTIAL_IMAGES(
      "partial_images", new Whole(0, 3), 0, "Pictures on the way, with `stream`.", Part.ANSWER),
  STREAM_PROGRESS(
      "stream_progress", Flag.ANY, false, "An event for each step, with `stream`.", Part.ANSWER),
  PREVIEW(
      "preview",
      new Word("none", "fast", "full"),
      "none",
      "Small pictures in the events of steps.",
      Part.ANSWER),

  INPUT_FIDELITY(
      "input_fidelity", new Word("high", "low"), "The model sees its pictures in one way."),
  NUM_FRAMES("num_frames", new Whole(1, 1), "A picture has one layer."),
  MODERATION("moderation", new Word("low", "auto"), "Nothing here to choose."),
  STYLE("style", new Word("vivid", "natural"), "Nothing here to choose."),
  USER("user", Text.ANY, "Nobody is told."),
  COMPLEXITY("complexity", Text.ANY, "The prompt is drawn as it is."),
  TASK_TYPE("task_type", new Word("T2I", "I2I", "TI2I"), "The route says it."),
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

  private static final Set<Field> OF_EDITS =
      EnumSet.of(IMAGES, MASK, MASK_MODE, STRENGTH, INPUT_FIDELITY, NUM_FRAMES);

  private final String wireName;
  private final Kind kind;
  private final @Nullable Object fallback;
  private final String line;
  private final Part part;

  /// A field that is checked and has no effect.
  Field(String wireName, Kind kind, String why) {
    this(wireName, kind, null, why, Part.NONE);
  }

  Field(String wireName, Kind kind, @Nullable Object fallback, String line, Part part) {
    this.wireName = wireName;
    this.kind = kind;
    this.fallback = fallback;
    this.line = line;
    this.part = part;
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
    return part.scope() == Part.Scope.NONE;
  }

  /// Whether only requests that bring pictures may have it.
  public boolean ofEdits() {
    return OF_EDITS.contains(this);
  }

  /// Whether orders keep what it says; else it is about how a request is answered, or [#inert].
  public boolean ordered() {
    return drawn() || part.scope() == Part.Scope.ORDER;
  }

  /// Whether it changes pictures, so that their files keep it.
  public boolean drawn() {
    return part.scope() == Part.Scope.PICTURE;
  }

  Part part() {
    return part;
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
    if (kind instanceof Text(int longest)) {
      requireShort(value.textValue(), longest);
    }
  }

  private void requireShort(String text, int longest) {
    int length = text.codePointCount(0, text.length());
    if (length > longest) {
      throw new InvalidRequestException(
          wireName,
          "%s has %d characters, at most %d are allowed".formatted(wireName, length, longest));
    }
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

  private static @Nullable Object scheduler(GenerationRequest drawing) {
    return drawing.scheduler().isEmpty() ? null : drawing.scheduler().toMap();
  }

  private static Object seeds(Order order) {
    var seeds = order.drawing().draws().seeds();
    return seeds.size() == 1 ? seeds.getFirst() : seeds;
  }

  private static GenerationRequest withSize(GenerationRequest drawing, JsonNode size) {
    if (size.textValue().equalsIgnoreCase("auto")) {
      return drawing;
    }
    try {
      var given = PictureSize.parse(size.textValue());
      return drawing.withCanvas(given.width(), given.height());
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("size", String.valueOf(e.getMessage()));
    }
  }

  private static GenerationRequest withScale(GenerationRequest drawing, JsonNode scale) {
    return drawing.withGuidance(drawing.guidance().withScale(scale.doubleValue()));
  }
}
