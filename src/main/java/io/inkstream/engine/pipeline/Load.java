package io.inkstream.engine.pipeline;

import io.inkstream.engine.cache.DBCacheConfig;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;

/// How much there is to draw, as far as it is known before anything is: what memory and time are
/// estimated from.
///
/// @param size of a picture
/// @param prompts that are encoded, negative ones aside
/// @param promptTokens of the longest text at most, before any is cut off
/// @param textTokens of the longest text at most, as the transformer sees it
/// @param steps of denoising
/// @param evaluations of the velocity in a step
/// @param branches forwards of an evaluation: 1, or with guidance 2
/// @param pictures drawn together
/// @param approximation of the steps
/// @param adapterBytes of adapters that are to be read first
public record Load(
    LatentSize size,
    int prompts,
    int promptTokens,
    int textTokens,
    int steps,
    int evaluations,
    int branches,
    int pictures,
    Approximation approximation,
    long adapterBytes) {
  /// Without adapters that are to be read.
  public Load(
      LatentSize size,
      int prompts,
      int promptTokens,
      int textTokens,
      int steps,
      int evaluations,
      int branches,
      int pictures,
      Approximation approximation) {
    this(
        size,
        prompts,
        promptTokens,
        textTokens,
        steps,
        evaluations,
        branches,
        pictures,
        approximation,
        0);
  }

  /// That of a request, whose adapters are there already.
  public static Load of(GenerationRequest request, LatentSize size) {
    return of(request, size, 0);
  }

  /// That of a request.
  static Load of(GenerationRequest request, LatentSize size, long adapterBytes) {
    int longest = longestText(request);
    return new Load(
        size,
        request.texts().prompts().size(),
        longest,
        Math.min(longest, request.texts().maxSequenceLength()),
        request.guidance().steps(),
        request.sampling().sampler().evaluationsOfStep(),
        request.usesTrueCfg() ? 2 : 1,
        request.images(),
        request.sampling().approximation(),
        adapterBytes);
  }

  /// One picture without guidance, a prompt of no length, every step in full.
  public static Load ofOnePicture(LatentSize size, int steps) {
    return new Load(size, 1, 0, 0, steps, 1, 1, 1, new Approximation.None());
  }

  /// The same pictures in another size.
  Load withSize(LatentSize other) {
    return new Load(
        other,
        prompts,
        promptTokens,
        textTokens,
        steps,
        evaluations,
        branches,
        pictures,
        approximation);
  }

  /// Image tokens of a picture.
  public long tokens() {
    return size.tokens();
  }

  /// Pixels of a picture.
  public long pixels() {
    return (long) size.pixelWidth() * size.pixelHeight();
  }

  /// Noise levels at which the velocity is evaluated, at most.
  public long levels() {
    return (long) steps * evaluations;
  }

  Optional<DBCacheConfig> cache() {
    return approximation.cache();
  }

  // A token is a byte or more.
  private static int longestText(GenerationRequest request) {
    return Stream.concat(request.texts().prompts().stream(), request.texts().negatives().stream())
        .mapToInt(text -> text.getBytes(StandardCharsets.UTF_8).length)
        .max()
        .orElse(0);
  }
}
