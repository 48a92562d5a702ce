package io.inkstream.engine.pipeline;

import static io.inkstream.engine.pipeline.InvalidRequestException.require;

import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.forecast.ForecastParams;
import io.inkstream.engine.scheduler.Sampler;
import io.inkstream.engine.textencoder.PromptEncoder;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// What to draw. Names and meanings are those of diffusers' `QwenImagePipeline.__call__`.
///
/// Pictures come in the order p0, p0, …, p1, p1, …, with `imagesPerPrompt` of each prompt.
///
/// @param prompts one or more
/// @param negativePrompts none, one for all prompts, or one for each; an empty text counts as given
/// @param width pixels, at least 16; cut to a multiple of 16
/// @param height pixels, at least 16; cut to a multiple of 16
/// @param numInferenceSteps 1 to 10,000
/// @param trueCfgScale guidance acts above 1 if there is a negative prompt
/// @param seeds one for all (pictures take their noise from it in turn), or one for each picture
/// @param imagesPerPrompt 1 or more; all pictures together at most [#MAX_IMAGES]
/// @param maxSequenceLength prompt tokens that count, 1 to 1,024
/// @param sampling how it gets from step to step, and what it saves on the way
public record GenerationRequest(
    List<String> prompts,
    List<String> negativePrompts,
    int width,
    int height,
    int numInferenceSteps,
    double trueCfgScale,
    List<Long> seeds,
    int imagesPerPrompt,
    int maxSequenceLength,
    Sampling sampling) {
  /// Pictures of one request.
  public static final int MAX_IMAGES = 64;

  private static final int MAX_STEPS = 10_000;

  public GenerationRequest {
    prompts = List.copyOf(prompts);
    negativePrompts = List.copyOf(negativePrompts);
    seeds = List.copyOf(seeds);
    require(!prompts.isEmpty(), "prompt", "[]", "one text or more");
    require(
        negativePrompts.size() <= 1 || negativePrompts.size() == prompts.size(),
        "negative_prompt",
        "a list of " + negativePrompts.size(),
        "one text, or one for each of " + prompts.size() + " prompts");
    require(
        numInferenceSteps >= 1 && numInferenceSteps <= MAX_STEPS,
        "num_inference_steps",
        numInferenceSteps,
        "1 to " + MAX_STEPS);
    require(
        trueCfgScale >= 0 && trueCfgScale <= Float.MAX_VALUE,
        "true_cfg_scale",
        trueCfgScale,
        "a number of 0 or more");
    long images = (long) imagesPerPrompt * prompts.size();
    require(
        imagesPerPrompt >= 1 && images <= MAX_IMAGES,
        "n",
        imagesPerPrompt,
        "1 or more, and at most " + MAX_IMAGES + " pictures in all");
    require(
        seeds.size() == 1 || seeds.size() == images,
        "seed",
        "a list of " + seeds.size(),
        "one number, or one for each of " + images + " pictures");
    require(
        maxSequenceLength >= 1 && maxSequenceLength <= PromptEncoder.MAX_SEQUENCE_LENGTH,
        "max_sequence_length",
        maxSequenceLength,
        "1 to " + PromptEncoder.MAX_SEQUENCE_LENGTH);
  }

  /// A request whose every step runs in full.
  public GenerationRequest(
      List<String> prompts,
      List<String> negativePrompts,
      int width,
      int height,
      int numInferenceSteps,
      double trueCfgScale,
      List<Long> seeds,
      int imagesPerPrompt,
      int maxSequenceLength) {
    this(
        prompts,
        negativePrompts,
        width,
        height,
        numInferenceSteps,
        trueCfgScale,
        seeds,
        imagesPerPrompt,
        maxSequenceLength,
        Sampling.EXACT);
  }

  /// A request with a cache, or none.
  public GenerationRequest(
      List<String> prompts,
      List<String> negativePrompts,
      int width,
      int height,
      int numInferenceSteps,
      double trueCfgScale,
      List<Long> seeds,
      int imagesPerPrompt,
      int maxSequenceLength,
      Optional<DBCacheConfig> cache) {
    this(
        prompts,
        negativePrompts,
        width,
        height,
        numInferenceSteps,
        trueCfgScale,
        seeds,
        imagesPerPrompt,
        maxSequenceLength,
        Sampling.EXACT.with(Approximation.of(cache)));
  }

  /// The same request with another way from step to step.
  public GenerationRequest withSampling(Sampling other) {
    return new GenerationRequest(
        prompts,
        negativePrompts,
        width,
        height,
        numInferenceSteps,
        trueCfgScale,
        seeds,
        imagesPerPrompt,
        maxSequenceLength,
        other);
  }

  /// The same request with another number of steps; a cache's mask is not changed.
  public GenerationRequest withSteps(int steps) {
    return new GenerationRequest(
        prompts,
        negativePrompts,
        width,
        height,
        steps,
        trueCfgScale,
        seeds,
        imagesPerPrompt,
        maxSequenceLength,
        sampling);
  }

  /// The same request with another sampler.
  public GenerationRequest withSampler(Sampler sampler) {
    return withSampling(sampling.with(sampler));
  }

  /// The same request with another approximation.
  public GenerationRequest withApproximation(Approximation approximation) {
    return withSampling(sampling.with(approximation));
  }

  /// The same request with a cache, or without approximation.
  public GenerationRequest withCache(Optional<DBCacheConfig> cache) {
    return withApproximation(Approximation.of(cache));
  }

  /// Reuse of blocks between steps.
  public Optional<DBCacheConfig> cache() {
    return sampling.approximation().cache();
  }

  /// Steps that are not computed.
  public Optional<ForecastParams> forecast() {
    return sampling.approximation().forecast();
  }

  /// Number of pictures.
  public int images() {
    return prompts.size() * imagesPerPrompt;
  }

  /// Whether each step runs a second forward, without the prompt.
  public boolean usesTrueCfg() {
    return trueCfgScale > 1 && !negativePrompts.isEmpty();
  }

  /// A negative prompt for each prompt.
  List<String> negativePromptOfEach() {
    return negativePrompts.size() == 1
        ? Collections.nCopies(prompts.size(), negativePrompts.getFirst())
        : negativePrompts;
  }
}
