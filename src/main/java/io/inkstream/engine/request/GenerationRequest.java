package io.inkstream.engine.request;

import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.forecast.ForecastParams;
import io.inkstream.engine.scheduler.Sampler;
import io.inkstream.engine.scheduler.SchedulerFields;
import java.util.List;
import java.util.Optional;

/// What to draw. Names and meanings are those of diffusers' `QwenImagePipeline.__call__` and of its
/// siblings for pictures.
///
/// Pictures come in the order p0, p0, …, p1, p1, …, with `imagesPerPrompt` of each prompt.
///
/// @param texts what is on the pictures, and what is not
/// @param canvas their size
/// @param draws how many, from which noise
/// @param guidance how many steps, how close to the prompt
/// @param sampling how it gets from step to step, and what it saves on the way
/// @param adapters that act
/// @param scheduler what differs from the model's own
/// @param inputs pictures that it begins with
public record GenerationRequest(
    Texts texts,
    Canvas canvas,
    Draws draws,
    Guidance guidance,
    Sampling sampling,
    List<AdapterChoice> adapters,
    SchedulerFields scheduler,
    InputPictures inputs) {
  public GenerationRequest {
    draws.requireFit(texts.prompts().size());
    adapters = List.copyOf(adapters);
  }

  /// Without adapters, with the model's own scheduler.
  public GenerationRequest(
      Texts texts, Canvas canvas, Draws draws, Guidance guidance, Sampling sampling) {
    this(
        texts,
        canvas,
        draws,
        guidance,
        sampling,
        List.of(),
        SchedulerFields.NONE,
        InputPictures.NONE);
  }

  /// One picture with diffusers' defaults: 1024x1024 in 50 steps at guidance 4, negative prompt
  /// [Texts#DEFAULT_NEGATIVE], seed [Draws#DEFAULT_SEED], every step in full.
  public static GenerationRequest of(String prompt) {
    return new GenerationRequest(
        Texts.of(List.of(prompt), List.of(Texts.DEFAULT_NEGATIVE)),
        Canvas.DEFAULT,
        Draws.of(Draws.DEFAULT_SEED),
        Guidance.DEFAULT,
        Sampling.EXACT);
  }

  /// The same request with other texts.
  public GenerationRequest withTexts(Texts other) {
    return new GenerationRequest(
        other, canvas, draws, guidance, sampling, adapters, scheduler, inputs);
  }

  /// The same request in another size.
  public GenerationRequest withCanvas(int width, int height) {
    return new GenerationRequest(
        texts, new Canvas(width, height), draws, guidance, sampling, adapters, scheduler, inputs);
  }

  /// The same request with other draws.
  public GenerationRequest withDraws(Draws other) {
    return new GenerationRequest(
        texts, canvas, other, guidance, sampling, adapters, scheduler, inputs);
  }

  /// The same request with other guidance; a cache's mask is not changed.
  public GenerationRequest withGuidance(Guidance other) {
    return new GenerationRequest(
        texts, canvas, draws, other, sampling, adapters, scheduler, inputs);
  }

  /// The same request with other guidance; a cache's mask is not changed.
  public GenerationRequest withGuidance(int steps, double trueCfgScale) {
    return withGuidance(guidance.withSteps(steps).withScale(trueCfgScale));
  }

  /// The same request with another number of steps; a cache's mask is not changed.
  public GenerationRequest withSteps(int steps) {
    return withGuidance(guidance.withSteps(steps));
  }

  /// The same request with another way from step to step.
  public GenerationRequest withSampling(Sampling other) {
    return new GenerationRequest(
        texts, canvas, draws, guidance, other, adapters, scheduler, inputs);
  }

  /// The same request with other adapters.
  public GenerationRequest withAdapters(List<AdapterChoice> others) {
    return new GenerationRequest(
        texts, canvas, draws, guidance, sampling, others, scheduler, inputs);
  }

  /// The same request with another scheduler.
  public GenerationRequest withScheduler(SchedulerFields other) {
    return new GenerationRequest(texts, canvas, draws, guidance, sampling, adapters, other, inputs);
  }

  /// The same request with other pictures to begin with.
  public GenerationRequest withInputs(InputPictures other) {
    return new GenerationRequest(
        texts, canvas, draws, guidance, sampling, adapters, scheduler, other);
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
    return texts.prompts().size() * draws.imagesPerPrompt();
  }

  /// Whether each step runs a second forward, without the prompt.
  public boolean usesTrueCfg() {
    return guidance.trueCfgScale() > 1 && !texts.negatives().isEmpty();
  }

  /// The prompt that a picture is of.
  public String promptOf(int image) {
    return texts.prompts().get(image / draws.imagesPerPrompt());
  }
}
