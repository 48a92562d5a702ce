package io.inkstream.cli.commands;

import io.inkstream.engine.model.DrawingDefaults;
import io.inkstream.engine.pipeline.Draws;
import io.inkstream.engine.pipeline.GenerationRequest;
import io.inkstream.engine.pipeline.Guidance;
import io.inkstream.engine.pipeline.InvalidRequestException;
import io.inkstream.engine.pipeline.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How to draw it.
final class PictureOptions {
  private static final int MOST_OUTPUTS = 10_000;
  private static final int SHORTEST_SIDE = 16;
  private static final int LONGEST_SIDE = 32_768;
  private static final Pattern SIZE = Pattern.compile("(\\d{1,6})[xX](\\d{1,6})");

  @Option(names = "--width", paramLabel = "PIXELS", description = "Cut to a multiple of 16.")
  private @Nullable Integer width;

  @Option(
      names = "--height",
      paramLabel = "PIXELS",
      description =
          "Cut to a multiple of 16. Default of both: what the model was made for,"
              + " 256 for the pocket model, 1024 for Qwen-Image.")
  private @Nullable Integer height;

  @Option(names = "--size", paramLabel = "WxH", description = "Both in one, for example 256x192.")
  private @Nullable String size;

  @Option(
      names = "--num-inference-steps",
      paramLabel = "N",
      description =
          "Denoising steps: more take longer and draw more carefully."
              + " Default: 20 for the pocket model, 50 for Qwen-Image.")
  private @Nullable Integer steps;

  @Option(
      names = "--true-cfg-scale",
      paramLabel = "SCALE",
      description =
          "How closely to follow the prompt; 1 or less turns guidance off and halves the time."
              + " Default: 4.")
  private @Nullable Double trueCfgScale;

  @Option(
      names = "--guidance-scale",
      paramLabel = "SCALE",
      description = "The same; --true-cfg-scale wins.")
  private @Nullable Double guidanceScale;

  @Option(
      names = "--seed",
      paramLabel = "N",
      arity = "1..*",
      description =
          "Where the noise starts: the same seed, the same picture. With one seed, a prompt's"
              + " picture k has seed + k; or a seed for each picture. Default: 42.")
  private List<Long> seeds = List.of(Draws.DEFAULT_SEED);

  @Option(
      names = {"-n", "--num-outputs-per-prompt", "--num-outputs"},
      paramLabel = "N",
      description = "Pictures of each prompt. Default: 1, or as many as there are seeds.")
  private @Nullable Integer outputs;

  @Option(
      names = "--max-sequence-length",
      paramLabel = "TOKENS",
      description = "Tokens of a prompt that count, 1 to 1024. Default: ${DEFAULT-VALUE}.")
  private int maxSequenceLength = Texts.DEFAULT_SEQUENCE_LENGTH;

  /// A request for each picture, in the order of prompts: any can be made again alone.
  List<GenerationRequest> requests(
      PromptOptions prompts, List<String> texts, DrawingDefaults defaults) {
    int each = outputsOf(texts.size());
    List<GenerationRequest> requests = new ArrayList<>();
    for (int prompt = 0; prompt < texts.size(); prompt++) {
      for (int k = 0; k < each; k++) {
        long seed = seeds.size() == 1 ? seeds.getFirst() + k : seeds.get(prompt * each + k);
        requests.add(request(texts.get(prompt), prompts.negative(), seed, defaults));
      }
    }
    return requests;
  }

  private GenerationRequest request(
      String prompt, String negative, long seed, DrawingDefaults defaults) {
    return GenerationRequest.of(prompt)
        .withTexts(new Texts(List.of(prompt), List.of(negative), maxSequenceLength))
        .withCanvas(
            drawable("width", side(0, width, defaults)),
            drawable("height", side(1, height, defaults)))
        .withGuidance(Objects.requireNonNullElse(steps, defaults.steps()), scale())
        .withDraws(Draws.of(seed));
  }

  private int outputsOf(int prompts) {
    int each = Objects.requireNonNullElse(outputs, Math.max(1, seeds.size() / prompts));
    if (each < 1 || each > MOST_OUTPUTS) {
      throw new InvalidRequestException("n", "n is " + each + ", must be 1 to " + MOST_OUTPUTS);
    }
    if (seeds.size() != 1 && seeds.size() != (long) each * prompts) {
      throw new InvalidRequestException(
          "seed",
          "seed is a list of %d, must be one number, or one for each of %d pictures"
              .formatted(seeds.size(), (long) each * prompts));
    }
    return each;
  }

  private double scale() {
    if (trueCfgScale != null || guidanceScale == null) {
      return Objects.requireNonNullElse(trueCfgScale, Guidance.DEFAULT_SCALE);
    }
    if (!(guidanceScale >= 0 && guidanceScale <= Float.MAX_VALUE)) {
      throw new InvalidRequestException(
          "guidance_scale",
          "guidance_scale is " + guidanceScale + ", must be a number of 0 or more");
    }
    return guidanceScale;
  }

  private int drawable(String name, int side) {
    if (side < SHORTEST_SIDE || side > LONGEST_SIDE) {
      throw new InvalidRequestException(
          name, name + " is %d, must be %d to %d".formatted(side, SHORTEST_SIDE, LONGEST_SIDE));
    }
    return side;
  }

  private int side(int axis, @Nullable Integer given, DrawingDefaults defaults) {
    if (size == null) {
      return Objects.requireNonNullElse(given, defaults.side());
    }
    var sides = SIZE.matcher(size);
    if (!sides.matches() || width != null || height != null) {
      throw new InvalidRequestException(
          "size",
          "size is '"
              + size
              + "', must be WIDTHxHEIGHT such as 256x192, without --width and --height");
    }
    return Integer.parseInt(sides.group(axis + 1));
  }
}
