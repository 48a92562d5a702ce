package io.inkstream.pipeline;

import io.inkstream.cache.InvalidCacheConfigException;
import io.inkstream.pipeline.StepListener.Stage;
import io.inkstream.pipeline.StepListener.Step;
import io.inkstream.runtime.CancellationSignal;
import io.inkstream.scheduler.FlowMatchEulerDiscreteScheduler;
import io.inkstream.scheduler.Schedule;
import io.inkstream.tensor.TorchGenerator;
import io.inkstream.textencoder.PromptEmbeds;
import io.inkstream.textencoder.PromptEncoder;
import io.inkstream.transformer.QwenEmbedRope.Grid;
import io.inkstream.transformer.QwenImageTransformer2DModel;
import io.inkstream.transformer.RunShape;
import io.inkstream.vae.AutoencoderKLQwenImage;
import java.util.ArrayList;
import java.util.List;

/// Text to image: diffusers' `QwenImagePipeline`, step by step. Any number of threads may use one.
public final class QwenImagePipeline implements AutoCloseable {
  private static final int PATCH = 2;

  private final PromptEncoder promptEncoder;
  private final QwenImageTransformer2DModel transformer;
  private final FlowMatchEulerDiscreteScheduler scheduler;
  private final AutoencoderKLQwenImage vae;
  private final LatentDecoder decoder;
  private final MemoryEstimate memory;

  public QwenImagePipeline(
      PromptEncoder promptEncoder,
      QwenImageTransformer2DModel transformer,
      FlowMatchEulerDiscreteScheduler scheduler,
      AutoencoderKLQwenImage vae,
      MemoryEstimate memory) {
    this.promptEncoder = promptEncoder;
    this.transformer = transformer;
    this.scheduler = scheduler;
    this.vae = vae;
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

  /// The decoder.
  public AutoencoderKLQwenImage vae() {
    return vae;
  }

  /// Draws the request's pictures on the calling thread.
  ///
  /// @throws InvalidRequestException if the size cannot be drawn, or not in the memory there is, or
  ///   the cache does not fit the transformer
  /// @throws io.inkstream.runtime.CancelledException soon after `signal` was given
  public List<GeneratedImage> generate(
      GenerationRequest request, StepListener listener, CancellationSignal signal) {
    LatentSize size = admit(request);

    // 1. Prompts to embeddings
    listener.onStage(Stage.TEXT_ENCODING);
    List<PromptEmbeds> cond = encode(request.prompts(), request, signal);
    List<PromptEmbeds> uncond =
        request.usesTrueCfg() ? encode(request.negativePromptOfEach(), request, signal) : List.of();
    int textTokens = cond.stream().mapToInt(PromptEmbeds::tokens).sum();
    listener.onTokens(new TokenCounts(textTokens, size.tokens()));

    // 2. Noise
    List<float[]> latents = noise(request, size);

    // 3. Sigmas
    Schedule schedule = scheduler.schedule(request.numInferenceSteps(), size.tokens());

    // 4. Denoising
    listener.onStage(Stage.DENOISING);
    try (var run = transformer.begin(shape(request, size), modelTimes(schedule), signal);
        var guided = new GuidedVelocity(run, request, cond, uncond)) {
      for (int i = 0; i < request.numInferenceSteps(); i++) {
        List<float[]> velocities = guided.at(i, latents);
        for (int image = 0; image < latents.size(); image++) {
          FlowMatchEulerDiscreteScheduler.step(
              latents.get(image),
              velocities.get(image),
              schedule.sigmas()[i],
              schedule.sigmas()[i + 1]);
        }
        requireFinite(latents, i + 1);
        float sigma = schedule.sigmas()[i + 1];
        listener.onStep(
            new Step(
                i + 1,
                request.numInferenceSteps(),
                latents,
                guided.decisions(),
                new StepPrediction(decoder, size, latents, velocities, sigma, signal)));
      }
      run.cacheStats().ifPresent(listener::onCacheStats);
    }

    // 5. Latents to pixels
    listener.onStage(Stage.DECODING);
    return decode(request, size, latents, signal);
  }

  /// Checks, before any work, that the request's size and cache go with the model and the memory.
  ///
  /// @throws InvalidRequestException if not
  public LatentSize admit(GenerationRequest request) {
    LatentSize size;
    try {
      size = LatentSize.ofPixels(request.width(), request.height(), vae.scale(), PATCH);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("size", String.valueOf(e.getMessage()));
    }
    try {
      request.cache().ifPresent(cache -> cache.requireFits(transformer.blocks()));
    } catch (InvalidCacheConfigException e) {
      throw InvalidRequestException.of(e);
    }
    memory.requireRoomFor(size, request);
    return size;
  }

  private List<PromptEmbeds> encode(
      List<String> prompts, GenerationRequest request, CancellationSignal signal) {
    return prompts.stream()
        .map(prompt -> promptEncoder.encode(prompt, request.maxSequenceLength(), signal))
        .toList();
  }

  private List<float[]> noise(GenerationRequest request, LatentSize size) {
    int channels = vae.channels();
    int height = size.latentHeight();
    int width = size.latentWidth();
    var generators = request.seeds().stream().map(TorchGenerator::new).toList();
    List<float[]> latents = new ArrayList<>();
    for (int image = 0; image < request.images(); image++) {
      var generator = generators.get(generators.size() == 1 ? 0 : image);
      float[] drawn = generator.randn(channels * height * width);
      latents.add(Latents.pack(drawn, channels, height, width));
    }
    return latents;
  }

  private static float[] modelTimes(Schedule schedule) {
    float[] times = schedule.timesteps().clone();
    for (int i = 0; i < times.length; i++) {
      times[i] /= 1000f;
    }
    return times;
  }

  private static RunShape shape(GenerationRequest request, LatentSize size) {
    Grid grid = new Grid(size.latentHeight() / PATCH, size.latentWidth() / PATCH);
    return new RunShape(grid, request.images(), request.usesTrueCfg() ? 2 : 1, request.cache());
  }

  private static void requireFinite(List<float[]> latents, int step) {
    for (float[] values : latents) {
      for (float value : values) {
        if (!Float.isFinite(value)) {
          throw new NonFiniteLatentsException(step, value);
        }
      }
    }
  }

  private List<GeneratedImage> decode(
      GenerationRequest request,
      LatentSize size,
      List<float[]> latents,
      CancellationSignal signal) {
    List<GeneratedImage> images = new ArrayList<>();
    for (int image = 0; image < latents.size(); image++) {
      var pixels = decoder.decode(latents.get(image), size, signal);
      var prompt = request.prompts().get(image / request.imagesPerPrompt());
      var seed = request.seeds().get(request.seeds().size() == 1 ? 0 : image);
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
