package io.inkstream.engine.pipeline;

import io.inkstream.engine.device.OutOfDeviceMemoryException;
import io.inkstream.engine.forecast.ForecastTables;
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
import io.inkstream.engine.textencoder.PromptMemory;
import io.inkstream.engine.transformer.QwenImageTransformer2DModel;
import io.inkstream.engine.vae.AutoencoderKLQwenImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/// Text to image: diffusers' `QwenImagePipeline`, step by step. Any number of threads may use one.
public final class QwenImagePipeline implements AutoCloseable {
  private final PromptEncoder promptEncoder;
  private final QwenImageTransformer2DModel transformer;
  private final AutoencoderKLQwenImage vae;
  private final LatentDecoder decoder;
  private final Admission admission;
  private final Runnable requireUnchanged;
  private final AdapterShelf adapters;

  /// @param tables of this model, for forecasts
  /// @param adapters that requests may name
  /// @param memory that there is for a request
  /// @param requireUnchanged throws if the files of the weights are not as they were; asked before
  ///   each request
  public QwenImagePipeline(
      PromptEncoder promptEncoder,
      QwenImageTransformer2DModel transformer,
      FlowMatchEulerDiscreteScheduler scheduler,
      AutoencoderKLQwenImage vae,
      ForecastTables tables,
      AdapterShelf adapters,
      MemoryBudget memory,
      Runnable requireUnchanged) {
    this.promptEncoder = promptEncoder;
    this.transformer = transformer;
    this.vae = vae;
    this.decoder = new LatentDecoder(vae);
    this.requireUnchanged = requireUnchanged;
    this.admission = new Admission(transformer, scheduler, vae.scale(), tables, adapters, memory);
    this.adapters = adapters;
  }

  /// The adapters that requests may name.
  public AdapterShelf adapters() {
    return adapters;
  }

  /// What this model can be asked to do.
  public Set<Task> tasks() {
    return Set.of(Task.TEXT_TO_IMAGE);
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

  /// What is remembered of the prompts so far.
  public PromptMemory promptMemory() {
    return promptEncoder.memory();
  }

  /// The decoder.
  public AutoencoderKLQwenImage vae() {
    return vae;
  }

  /// Checks, before any work, that the request's size, cache and forecast go with the model and the
  /// memory.
  ///
  /// @throws InvalidRequestException if not
  public AdmittedRequest admit(GenerationRequest request) {
    return admission.admit(request);
  }

  /// Admits a request and draws it.
  ///
  /// @throws InvalidRequestException if it cannot be drawn here
  /// @throws io.inkstream.engine.runtime.CancelledException soon after `signal` was given
  public List<GeneratedImage> generate(
      GenerationRequest request, Consumer<DrawingEvent> listener, CancellationSignal signal) {
    return generate(admit(request), listener, signal);
  }

  /// Draws the request's pictures on the calling thread.
  ///
  /// @param admitted by this pipeline
  /// @throws InvalidRequestException if it takes more memory than there is
  /// @throws io.inkstream.engine.device.DeviceBusyException if there is not the memory now
  /// @throws io.inkstream.engine.runtime.CancelledException soon after `signal` was given
  public List<GeneratedImage> generate(
      AdmittedRequest admitted, Consumer<DrawingEvent> listener, CancellationSignal signal) {
    return generate(admitted, listener, signal, picture -> picture);
  }

  /// The same for who makes something of each picture as soon as it is decoded: only that is kept,
  /// so that one picture's pixels are in memory at a time.
  ///
  /// @param finish on the calling thread
  public <T> List<T> generate(
      AdmittedRequest admitted,
      Consumer<DrawingEvent> listener,
      CancellationSignal signal,
      Function<GeneratedImage, T> finish) {
    requireUnchanged.run();
    Load load = admitted.load();
    try (var room = admission.memory().take(load)) {
      try {
        return draw(admitted, listener, signal, finish);
      } catch (OutOfDeviceMemoryException e) {
        throw admission.memory().failed(load, room, e);
      }
    }
  }

  private <T> List<T> draw(
      AdmittedRequest admitted,
      Consumer<DrawingEvent> listener,
      CancellationSignal signal,
      Function<GeneratedImage, T> finish) {
    // 1. Prompts to embeddings
    listener.accept(new StageBegan(Stage.TEXT_ENCODING));
    List<PromptEmbeds> cond = cond(admitted.request(), signal);
    List<PromptEmbeds> uncond = uncond(admitted.request(), signal);
    int textTokens = cond.stream().mapToInt(PromptEmbeds::tokens).sum();
    listener.accept(new PromptsRead(new TokenCounts(textTokens, admitted.size().tokens())));

    // 2. Noise
    List<float[]> latents = noise(admitted);

    // 3. Sigmas
    Schedule schedule = admitted.schedule();

    // 4. Denoising
    listener.accept(new StageBegan(Stage.DENOISING));
    try (var denoising = new Denoising(transformer, admitted, cond, uncond, signal)) {
      OdeSolver solver = OdeSolver.of(admitted, denoising.guided(), signal);
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
                new StepPrediction(
                    decoder, admitted.size(), latents, move.velocities(), sigma, signal)));
      }
      var cache = denoising.run().cacheStats();
      cache.map(did -> new CacheUsed(did, transformer.blocks())).ifPresent(listener);
      solver.forecast().map(ForecastUsed::new).ifPresent(listener);
    }

    // 5. Latents to pixels
    listener.accept(new StageBegan(Stage.DECODING));
    return decode(admitted, latents, signal, finish);
  }

  /// The denoising of a request for a caller who leads the latents. The caller closes it.
  ///
  /// @param admitted by this pipeline
  public Denoising denoise(AdmittedRequest admitted, CancellationSignal signal) {
    var request = admitted.request();
    return new Denoising(
        transformer, admitted, cond(request, signal), uncond(request, signal), signal);
  }

  /// The first latents of a request's pictures, packed `[tokens, 4 z]`.
  public List<float[]> noise(AdmittedRequest admitted) {
    int channels = vae.channels();
    int height = admitted.size().latentHeight();
    int width = admitted.size().latentWidth();
    var generators = admitted.request().draws().seeds().stream().map(TorchGenerator::new).toList();
    List<float[]> latents = new ArrayList<>();
    for (int image = 0; image < admitted.load().pictures(); image++) {
      var generator = generators.get(generators.size() == 1 ? 0 : image);
      float[] drawn = generator.randn(channels * height * width);
      latents.add(Latents.pack(drawn, channels, height, width));
    }
    return latents;
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

  private <T> List<T> decode(
      AdmittedRequest admitted,
      List<float[]> latents,
      CancellationSignal signal,
      Function<GeneratedImage, T> finish) {
    var request = admitted.request();
    List<T> finished = new ArrayList<>();
    for (int image = 0; image < latents.size(); image++) {
      signal.throwIfCancelled();
      var pixels = decoder.decode(latents.get(image), admitted.size(), signal);
      var prompt = request.promptOf(image);
      var seed = request.draws().seedOf(image);
      finished.add(finish.apply(new GeneratedImage(image, prompt, seed, pixels)));
    }
    return finished;
  }

  @Override
  public void close() {
    promptEncoder.close();
    transformer.close();
    vae.close();
  }
}
