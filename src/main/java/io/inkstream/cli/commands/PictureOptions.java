package io.inkstream.cli.commands;

import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.server.order.Seeds;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How many pictures, and where their noise begins.
final class PictureOptions {
  private static final int MOST_OUTPUTS = 10_000;

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

  /// For each prompt the seeds of its pictures: any can be made again alone.
  List<List<Long>> seeds(int prompts) {
    int each = outputsOf(prompts);
    return IntStream.range(0, prompts)
        .mapToObj(prompt ->
            seeds.size() == 1
                ? Seeds.from(seeds.getFirst(), each)
                : seeds.subList(prompt * each, (prompt + 1) * each))
        .toList();
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
}
