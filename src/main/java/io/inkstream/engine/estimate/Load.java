package io.inkstream.engine.estimate;

import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.request.Approximation;
import io.inkstream.engine.request.GenerationRequest;
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
/// @param given what pictures that the request brings add to it
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
    long adapterBytes,
    Given given) {
  /// Without adapters that are to be read and given pictures.
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
        0,
        Given.NONE);
  }

  /// That of a request, whose adapters are there already.
  public static Load of(GenerationRequest request, LatentSize size) {
    return of(new DrawingPlan(request, Given.NONE), size, 0);
  }

  /// That of a request.
  public static Load of(DrawingPlan plan, LatentSize size, long adapterBytes) {
    GenerationRequest request = plan.request();
    int pictures = plan.given().promptTokens();
    int longest = longestText(request);
    return new Load(
        size,
        request.texts().prompts().size(),
        longest + pictures,
        Math.min(longest, request.texts().maxSequenceLength()) + pictures,
        request.guidance().steps() - plan.firstStep(),
        request.sampling().sampler().evaluationsOfStep(),
        request.usesTrueCfg() ? 2 : 1,
        request.images(),
        request.sampling().approximation(),
        adapterBytes,
        plan.given());
  }

  /// One picture without guidance, a prompt of no length, every step in full.
  public static Load ofOnePicture(LatentSize size, int steps) {
    return new Load(size, 1, 0, 0, steps, 1, 1, 1, new Approximation.None());
  }

  /// The same pictures in another size.
  Load withSize(LatentSize other) {
    return with(other, pictures, adapterBytes);
  }

  /// Other many pictures of it.
  public Load withPictures(int other) {
    return with(size, other, adapterBytes);
  }

  /// The same where other adapters are to be read first.
  public Load withAdapterBytes(long other) {
    return with(size, pictures, other);
  }

  private Load with(LatentSize otherSize, int otherPictures, long otherAdapterBytes) {
    return new Load(
        otherSize,
        prompts,
        promptTokens,
        textTokens,
        steps,
        evaluations,
        branches,
        otherPictures,
        approximation,
        otherAdapterBytes,
        given);
  }

  /// Rows of the transformer's image stream: tokens of a picture, and of those that are given.
  public long streamTokens() {
    return tokens() + given.tokens();
  }

  /// Rows of a text and the pictures among it, which stand before the drawn one: four of a picture
  /// for one of the text encoder's.
  public long prefixTokens() {
    int before = given.tokensBefore();
    return textTokens + before - before / 4;
  }

  /// Rows that go through a block together, at most.
  long mostRows() {
    return Math.max(streamTokens(), given.mostTokensBefore());
  }

  /// Of the largest picture that the VAE encodes or decodes.
  public long vaePixels() {
    return Math.max(pixels(), given.mostPixels());
  }

  /// Its latents, between which the VAE's attention is.
  long vaeRows() {
    return vaePixels() / ((long) size.vaeScale() * size.vaeScale());
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

  /// Reuse of blocks between steps.
  public Optional<DBCacheConfig> cache() {
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
