package io.inkstream.engine.pipeline;

import io.inkstream.engine.cache.InvalidCacheConfigException;
import io.inkstream.engine.forecast.ForecastPolicy;
import io.inkstream.engine.forecast.ForecastTables;
import io.inkstream.engine.forecast.InvalidForecastException;
import io.inkstream.engine.pipeline.DrawingEvent.CacheUsed;
import io.inkstream.engine.pipeline.DrawingEvent.ForecastUsed;
import io.inkstream.engine.pipeline.DrawingEvent.PromptsRead;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.scheduler.FlowMatchEulerDiscreteScheduler;
import io.inkstream.engine.scheduler.Schedule;
import io.inkstream.engine.tensor.TorchGenerator;
import io.inkstream.engine.textencoder.PromptEmbeds;
import io.inkstream.engine.textencoder.PromptEncoder;
import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import io.inkstream.engine.transformer.QwenImageTransformer2DModel;
import io.inkstream.engine.transformer.RunShape;
import io.inkstream.engine.vae.AutoencoderKLQwenImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Text to image: diffusers' `QwenImagePipeline`, step by step. Any number of threads may use one.
public final class QwenImagePipeline implements AutoCloseable {
  private final PromptEncoder promptEncoder;
  private final QwenImageTransformer2DModel transformer;
  private final FlowMatchEulerDiscreteScheduler scheduler;
  private final AutoencoderKLQwenImage vae;
  private final ForecastTables tables;
  private final LatentDecoder decoder;
  private final MemoryBudget memory;

  /// @param tables of this model, for forecasts
  public QwenImagePipeline(
      PromptEncoder promptEncoder,
      QwenImageTransformer2DModel transformer,
      FlowMatchEulerDiscreteScheduler scheduler,
      AutoencoderKLQwenImage vae,
      ForecastTables tables,
      MemoryBudget memory) {
    this.promptEncoder = promptEncoder;
    this.transformer = transformer;
    this.scheduler = scheduler;
    this.vae = vae;
    this.tables = tables;
    this.decoder = new LatentDecoder(vae);
    this.memory = memory;
  }

  /// The denoising network.
  public QwenImageTransformer2DModel transformer() {
    return transformer;
  }

  /// Width of a prompt's embeddings.
  public int textWidth() {
    return promptEncoder.width();
  }

  /// From a prompt to its embeddings, or those that are remembered.
  public PromptEmbeds embed(String prompt, CancellationSignal signal) {
    return promptEncoder.encode(prompt, PromptEncoder.MAX_SEQUENCE_LENGTH, signal);
  }

  /// The decoder.
  public AutoencoderKLQwenImage vae() {
    return vae;
  }

  /// Draws the request's pictures on the calling thread.
  ///
  /// @throws InvalidRequestException if the size cannot be drawn, or not in the memory there is, or
  ///   the cache does not fit the transformer
  /// @throws io.inkstream.engine.runtime.CancelledException soon after `signal` was given
  public List<GeneratedImage> generate(
      GenerationRequest request, Consumer<DrawingEvent> listener, CancellationSignal signal) {
    LatentSize size = admit(request);

    // 1. Prompts to embeddings
    listener.accept(new StageBegan(Stage.TEXT_ENCODING));
    List<PromptEmbeds> cond = cond(request, signal);
    List<PromptEmbeds> uncond = uncond(request, signal);
    int textTokens = cond.stream().mapToInt(PromptEmbeds::tokens).sum();
    listener.accept(new PromptsRead(new TokenCounts(textTokens, size.tokens())));

    // 2. Noise
    List<float[]> latents = noise(request, size);

    // 3. Sigmas
    Schedule schedule = schedule(request, size);

    // 4. Denoising
    listener.accept(new StageBegan(Stage.DENOISING));
    try (var denoising = denoising(request, size, schedule, cond, uncond, signal)) {
      OdeSolver solver = solver(request, schedule.sigmas(), denoising.guided(), signal);
      for (int i = 0; i < schedule.steps(); i++) {
        var move = solver.step(i, latents);
        NonFiniteLatentsException.requireFinite(latents, i + 1);
        float sigma = schedule.sigmas()[i + 1];
        listener.accept(
            new StepMade(
                i + 1,
                schedule.steps(),
                latents,
                move.cache(),
                move.forecast(),
                new StepPrediction(decoder, size, latents, move.velocities(), sigma, signal)));
      }
      var cache = denoising.run().cacheStats();
      cache.map(did -> new CacheUsed(did, transformer.blocks())).ifPresent(listener);
      solver.forecast().map(ForecastUsed::new).ifPresent(listener);
    }

    // 5. Latents to pixels
    listener.accept(new StageBegan(Stage.DECODING));
    return decode(request, size, latents, signal);
  }

  /// The denoising of a request for a caller who leads the latents. The caller closes it.
  ///
  /// @throws InvalidRequestException as [#generate]
  public Denoising denoise(GenerationRequest request, CancellationSignal signal) {
    LatentSize size = admit(request);
    return denoising(
        request,
        size,
        schedule(request, size),
        cond(request, signal),
        uncond(request, signal),
        signal);
  }

  /// The noise levels of a request, falling from 1, and the end, 0.
  public float[] sigmas(GenerationRequest request) {
    return schedule(request, admit(request)).sigmas().clone();
  }

  /// The first latents of a request's pictures, packed `[tokens, 4 z]`.
  public List<float[]> noise(GenerationRequest request) {
    return noise(request, admit(request));
  }

  private Denoising denoising(
      GenerationRequest request,
      LatentSize size,
      Schedule schedule,
      List<PromptEmbeds> cond,
      List<PromptEmbeds> uncond,
      CancellationSignal signal) {
    return new Denoising(
        transformer, request, shape(request, size), schedule, cond, uncond, signal);
  }

  private OdeSolver solver(
      GenerationRequest request, float[] sigmas, GuidedVelocity guided, CancellationSignal signal) {
    var sampler = request.sampling().sampler();
    return policy(request, sigmas)
        .<OdeSolver>map(policy -> new ForecastSolver(policy, sigmas, guided, signal))
        .orElseGet(() -> new PlainSolver(sampler, sigmas, guided, request.images()));
  }

  private Optional<ForecastPolicy> policy(GenerationRequest request, float[] sigmas) {
    try {
      return request.forecast().map(params -> params.resolve(sigmas, tables));
    } catch (InvalidForecastException e) {
      throw InvalidRequestException.of(e);
    }
  }

  /// Checks, before any work, that the request's size, cache and forecast go with the model and the
  /// memory.
  ///
  /// @throws InvalidRequestException if not
  public LatentSize admit(GenerationRequest request) {
    LatentSize size;
    try {
      size = LatentSize.ofPixels(request.canvas().width(), request.canvas().height(), vae.scale());
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("size", String.valueOf(e.getMessage()));
    }
    try {
      request.cache().ifPresent(transformer::requireFits);
    } catch (InvalidCacheConfigException e) {
      throw InvalidRequestException.of(e);
    }
    memory.requireRoomFor(Load.of(request, size));
    var _ = policy(request, schedule(request, size).sigmas());
    return size;
  }

  private List<PromptEmbeds> cond(GenerationRequest request, CancellationSignal signal) {
    return encode(request.texts().prompts(), request, signal);
  }

  private List<PromptEmbeds> uncond(GenerationRequest request, CancellationSignal signal) {
    return request.usesTrueCfg()
        ? encode(request.texts().negativeOfEach(), request, signal)
        : List.of();
  }

  private List<PromptEmbeds> encode(
      List<String> prompts, GenerationRequest request, CancellationSignal signal) {
    return prompts.stream()
        .map(prompt -> promptEncoder.encode(prompt, request.texts().maxSequenceLength(), signal))
        .toList();
  }

  private List<float[]> noise(GenerationRequest request, LatentSize size) {
    int channels = vae.channels();
    int height = size.latentHeight();
    int width = size.latentWidth();
    var generators = request.draws().seeds().stream().map(TorchGenerator::new).toList();
    List<float[]> latents = new ArrayList<>();
    for (int image = 0; image < request.images(); image++) {
      var generator = generators.get(generators.size() == 1 ? 0 : image);
      float[] drawn = generator.randn(channels * height * width);
      latents.add(Latents.pack(drawn, channels, height, width));
    }
    return latents;
  }

  private Schedule schedule(GenerationRequest request, LatentSize size) {
    try {
      return scheduler.schedule(request.guidance().steps(), size.tokens());
    } catch (IllegalArgumentException e) { // a shift by so large a size
      throw new InvalidRequestException("size", String.valueOf(e.getMessage()));
    }
  }

  private static RunShape shape(GenerationRequest request, LatentSize size) {
    Grid grid = new Grid(size.rows(), size.columns());
    return new RunShape(grid, request.images(), request.usesTrueCfg() ? 2 : 1, request.cache());
  }

  private List<GeneratedImage> decode(
      GenerationRequest request,
      LatentSize size,
      List<float[]> latents,
      CancellationSignal signal) {
    List<GeneratedImage> images = new ArrayList<>();
    for (int image = 0; image < latents.size(); image++) {
      var pixels = decoder.decode(latents.get(image), size, signal);
      var prompt = request.promptOf(image);
      var seed = request.draws().seedOf(image);
      images.add(new GeneratedImage(image, prompt, seed, pixels));
    }
    return images;
  }

  @Override
  public void close() {
    promptEncoder.close();
    transformer.close();
    vae.close();
  }
}
