package io.inkstream.engine.request;

import static io.inkstream.engine.request.InvalidRequestException.require;

import java.util.Arrays;
import java.util.List;

/// How many pictures, and where their noise begins.
///
/// @param seeds one for all (pictures take their noise from one generator in turn, as diffusers'
///   do), or one for each picture
/// @param imagesPerPrompt 1 or more; all pictures together at most [#MAX_IMAGES]
public record Draws(List<Long> seeds, int imagesPerPrompt) {
  /// Pictures of one request.
  public static final int MAX_IMAGES = 64;

  /// SGLang's default.
  public static final long DEFAULT_SEED = 42;

  public Draws {
    seeds = List.copyOf(seeds);
    requireFew(imagesPerPrompt, imagesPerPrompt);
  }

  /// A picture of one prompt for each seed.
  public static Draws of(long... seeds) {
    return new Draws(Arrays.stream(seeds).boxed().toList(), seeds.length);
  }

  void requireFit(int prompts) {
    long images = (long) imagesPerPrompt * prompts;
    requireFew(imagesPerPrompt, images);
    require(
        seeds.size() == 1 || seeds.size() == images,
        "seed",
        "a list of " + seeds.size(),
        "one number, or one for each of " + images + " pictures");
  }

  /// Where the noise of a picture begins.
  public long seedOf(int image) {
    return seeds.get(seeds.size() == 1 ? 0 : image);
  }

  private static void requireFew(int imagesPerPrompt, long images) {
    require(
        imagesPerPrompt >= 1 && images <= MAX_IMAGES,
        "n",
        imagesPerPrompt,
        "1 or more, and at most " + MAX_IMAGES + " pictures in all");
  }
}
