package io.inkstream.cli.fitting;

import io.inkstream.engine.forecast.ForecastPolicy;
import io.inkstream.engine.request.AdapterChoice;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.request.Texts;
import io.inkstream.server.order.PictureSize;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.LongStream;
import java.util.zip.CRC32;

/// What a calibration draws and fits.
///
/// @param steps numbers of steps
/// @param shares of them that are computed, above 0, at most 1
/// @param adapters that act
public record FittingPlan(
    List<Integer> steps,
    List<Double> shares,
    List<String> prompts,
    PictureSize size,
    double guidance,
    List<AdapterChoice> adapters) {
  private static final long FIRST_SEED = 1000;
  private static final int REFIT_PROMPTS = 4;

  public FittingPlan {
    adapters = List.copyOf(adapters);
    steps = List.copyOf(steps);
    shares = List.copyOf(shares);
    prompts = List.copyOf(prompts);
    require(!prompts.isEmpty(), "prompts", "an empty file", "one prompt a line");
    for (int count : steps) {
      require(count >= 2 && count <= 1000, "steps", count, "2 to 1000");
    }
    for (double share : shares) {
      require(share > 0 && share <= 1, "share", share, "above 0 and at most 1");
    }
  }

  private static void require(boolean holds, String name, Object value, String allowed) {
    if (!holds) {
      throw new InvalidRequestException(name, name + " is " + value + ", must be " + allowed);
    }
  }

  /// How many steps are computed of so many, each number once, ascending.
  List<Integer> computed(int count) {
    return shares.stream()
        .map(share -> ForecastPolicy.computedSteps(share, count))
        .distinct()
        .sorted()
        .toList();
  }

  /// One prompt, drawn in full.
  GenerationRequest recording(int prompt, int count) {
    return request(prompts.subList(prompt, prompt + 1), count, List.of(FIRST_SEED + prompt));
  }

  /// How many prompts the weights are fitted to.
  int refitPrompts() {
    return Math.min(REFIT_PROMPTS, prompts.size());
  }

  /// Those prompts, drawn together.
  GenerationRequest refit(int count) {
    List<Long> seeds = LongStream.range(FIRST_SEED, FIRST_SEED + refitPrompts()).boxed().toList();
    return request(prompts.subList(0, refitPrompts()), count, seeds);
  }

  private GenerationRequest request(List<String> texts, int count, List<Long> seeds) {
    return GenerationRequest.of("")
        .withTexts(Texts.of(texts, List.of(Texts.DEFAULT_NEGATIVE)))
        .withCanvas(size.width(), size.height())
        .withGuidance(count, guidance)
        .withDraws(new Draws(seeds, 1))
        .withAdapters(adapters);
  }

  /// Tells the prompts and the guidance from others.
  String mark() {
    return mark(prompts);
  }

  /// The same of one prompt, for the name of its recording.
  String mark(int prompt, int count) {
    return "%s-%d-%s"
        .formatted(size, count, mark(List.of(FIRST_SEED + prompt + " " + prompts.get(prompt))));
  }

  private String adapted() {
    return adapters.isEmpty() ? "" : String.valueOf(adapters);
  }

  private String mark(List<String> texts) {
    var crc = new CRC32();
    crc.update(
        (guidance + adapted() + "\n" + String.join("\n", texts)).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }
}
